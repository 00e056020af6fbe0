import { quoted } from '../input/format';
import { isOfType, markType } from '../input/type-mark';
import { assertObjectName } from './names';
import { Kind, kind } from '../input/kinds';

/** A bundle of trusted CA certificates (PEM) in a ConfigMap or Secret that another system keeps up to date. */
export class CaBundle {
  /**
   * A key of a ConfigMap, for example one that trust-manager writes.
   *
   * @param name name of the ConfigMap, in the namespace of the cluster
   * @param key key of the bundle; default: `ca.crt`
   */
  public static configMap(name: string, key: string = 'ca.crt'): CaBundle {
    return new CaBundle('configMap', name, key);
  }

  /**
   * A key of a Secret.
   *
   * @param name name of the Secret, in the namespace of the cluster
   * @param key key of the bundle; default: `ca.crt`
   */
  public static secret(name: string, key: string = 'ca.crt'): CaBundle {
    return new CaBundle('secret', name, key);
  }

  /** True if the value is a CaBundle. */
  public static isCaBundle(value: unknown): value is CaBundle {
    return isOfType(value, 'CaBundle');
  }

  private constructor(
    private readonly source: 'configMap' | 'secret',
    /** Name of the ConfigMap or Secret. */
    public readonly name: string,
    /** Key of the bundle. */
    public readonly key: string,
  ) {
    assertObjectName('name of a CaBundle', name);
    if (typeof key === 'string' && key.endsWith('.key')) {
      throw new Error(
        `key of a CaBundle is ${quoted(key)}, which is the name of a private key; use the key of the certificates, for example 'ca.crt'`,
      );
    }
    if (typeof key !== 'string' || !/^(?!\.\.?$|\.\.)[-._a-zA-Z0-9]{1,253}$/.test(key)) {
      throw new Error(
        `key of a CaBundle is ${quoted(key)}, which is not a valid ConfigMap or Secret key; use letters, digits, '-', '_' and '.'`,
      );
    }
    markType(this, 'CaBundle');
  }

  /** True if the bundle is in a Secret. @internal */
  public get _isSecret(): boolean {
    return this.source === 'secret';
  }

  /**
   * The bundle as a source of a projected volume.
   *
   * @param isOptional true if the pod starts without the key. Otherwise the kubelet retries the mount forever.
   * @internal
   */
  public _toSource(path: string, isOptional: boolean = false): object {
    const source = { name: this.name, items: [{ key: this.key, path }] };
    return { [this.source]: isOptional ? { ...source, optional: true } : source };
  }
}

/** The kind of a CaBundle. */
export const CA_BUNDLE: Kind<CaBundle> = kind(CaBundle.isCaBundle, "CaBundle.secret('company-ca')");
