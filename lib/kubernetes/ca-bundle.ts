import { assertObjectName } from './names';

/** Where certificates of trusted authorities lie: PEM, one or more of them, in an object that somebody keeps up to date. */
export class CaBundle {
  /**
   * A key of a ConfigMap, as trust-manager keeps them.
   *
   * @param name name of the ConfigMap, in the namespace of the cluster
   * @param key default: `ca.crt`
   */
  public static configMap(name: string, key: string = 'ca.crt'): CaBundle {
    return new CaBundle('configMap', name, key);
  }

  /**
   * A key of a Secret.
   *
   * @param name name of the Secret, in the namespace of the cluster
   * @param key default: `ca.crt`
   */
  public static secret(name: string, key: string = 'ca.crt'): CaBundle {
    return new CaBundle('secret', name, key);
  }

  private constructor(
    private readonly kind: 'configMap' | 'secret',
    /** Name of the object. */
    public readonly name: string,
    /** Key of the bundle. */
    public readonly key: string,
  ) {
    assertObjectName('name of a CaBundle', name);
    if (/\.key$/.test(String(key))) {
      throw new Error(
        `a CA bundle lies under '${key}', which is a private key by its name; name the key of certificates, for example 'ca.crt'`,
      );
    }
    if (typeof key !== 'string' || !/^(?!\.\.?$|\.\.)[-._a-zA-Z0-9]{1,253}$/.test(key)) {
      throw new Error(
        `a CA bundle lies under '${key}', which is no key of a ConfigMap or Secret; use letters, digits, '-', '_' and '.'`,
      );
    }
  }

  /** Whether it lies in a Secret. @internal */
  public get _isSecret(): boolean {
    return this.kind === 'secret';
  }

  /** The bundle as a source of a projected volume. @internal */
  public _toSource(path: string): object {
    return { [this.kind]: { name: this.name, items: [{ key: this.key, path }] } };
  }
}
