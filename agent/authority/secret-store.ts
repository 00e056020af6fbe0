/*
 * What an authority keeps in Kubernetes: its state with the keys of its CAs, and the Secrets with certificates. Every
 * write says which version it replaces, so two authorities that run by mistake cannot mix theirs.
 */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { LeafConfig, PkiConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { createObject, getObject, replaceObject } from '../kubernetes/client';
import { KeyAndCertificate, certificateFacts } from './issue';
import { SecretObject, decodeEntry, secretFor, encodeEntry } from './leaf-secret';
import { PHASES, PkiState } from './state';

const STATE_KEY = 'state.json';

/** A state with what belongs to it. */
export interface StoredState {
  readonly state: PkiState;
  /** By number. The key of a CA that was found without one is empty. */
  readonly cas: ReadonlyMap<number, KeyAndCertificate>;
  readonly object: SecretObject;
}

/** The Secrets of one authority. */
export class SecretStore {
  private readonly path: string;

  constructor(
    private readonly namespace: string,
    private readonly config: PkiConfig,
  ) {
    this.path = `/api/v1/namespaces/${namespace}/secrets`;
  }

  /**
   * The state; undefined before there is one.
   *
   * @throws OperatorError when there is one that cannot be understood: it is never overwritten
   */
  async load(): Promise<StoredState | undefined> {
    const object = await this.get(this.config.stateSecret);
    if (object === undefined) {
      return undefined;
    }
    try {
      return parse(object);
    } catch (error) {
      const name = this.config.stateSecret;
      throw new OperatorError(
        `Secret '${name}' of namespace '${this.namespace}' holds no state of an authority: ${reasonOf(error)}`,
        `restore it from a backup; or begin anew with 'kubectl -n ${this.namespace} delete secret ${name}': ` +
          'certificates that were issued stay trusted until a new CA has replaced them',
      );
    }
  }

  /** Writes the state, and gives back what is kept from now on. */
  async save(
    state: PkiState,
    cas: ReadonlyMap<number, KeyAndCertificate>,
    old: SecretObject | undefined,
  ): Promise<StoredState> {
    const data: Record<string, string> = { [STATE_KEY]: encodeEntry(JSON.stringify(state, undefined, 2)) };
    for (const { number, keyless } of state.cas) {
      const ca = cas.get(number)!;
      data[`ca-${number}.crt`] = encodeEntry(ca.certificate);
      if (!keyless) {
        data[`ca-${number}.key`] = encodeEntry(ca.key);
      }
    }
    const object = await this.put(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        type: old?.type ?? 'Opaque',
        metadata: { ...old?.metadata, name: this.config.stateSecret },
        data,
      },
      old,
    );
    return { state, cas, object };
  }

  /** The Secrets of all certificates as they are. */
  async readLeafSecrets(): Promise<ReadonlyMap<string, SecretObject | undefined>> {
    const names = this.config.certificates.map((leaf) => leaf.secret);
    return new Map(await Promise.all(names.map(async (name) => [name, await this.get(name)] as const)));
  }

  /** Writes the Secret of a certificate. */
  async writeLeaf(
    leaf: LeafConfig,
    held: KeyAndCertificate,
    trusted: string,
    old: SecretObject | undefined,
  ): Promise<void> {
    await this.put(secretFor(leaf, held, trusted, old), old);
  }

  private get(name: string): Promise<SecretObject | undefined> {
    return getObject(`${this.path}/${name}`, this.permission('get', name));
  }

  private put(object: SecretObject, old: SecretObject | undefined): Promise<SecretObject> {
    const { name } = object.metadata;
    return old === undefined
      ? createObject(this.path, this.permission('create', name), object)
      : replaceObject(`${this.path}/${name}`, this.permission('update', name), object);
  }

  private permission(verb: string, name: string): string {
    return `${verb} on Secret ${this.namespace}/${name}`;
  }
}

function parse(object: SecretObject): StoredState {
  const data = object.data ?? {};
  if (data[STATE_KEY] === undefined) {
    throw new Error(`${STATE_KEY} is missing`);
  }
  const state = JSON.parse(decodeEntry(data, STATE_KEY)) as PkiState;
  if (state.version !== 1 || !PHASES.includes(state.phase) || !Array.isArray(state.cas) || !state.leaves) {
    throw new Error(`${STATE_KEY} is of another version of this program, or not whole`);
  }
  if (!state.cas.some((ca) => ca.number === state.issuing)) {
    throw new Error(`CA ${state.issuing} is not among those of ${STATE_KEY}`);
  }
  const cas = new Map<number, KeyAndCertificate>();
  for (const { number, fingerprint, keyless } of state.cas) {
    const ca = { certificate: decodeEntry(data, `ca-${number}.crt`), key: decodeEntry(data, `ca-${number}.key`) };
    if (ca.certificate === '' || certificateFacts(ca.certificate).fingerprint !== fingerprint) {
      throw new Error(`ca-${number}.crt is not the one that ${STATE_KEY} knows`);
    }
    if (!keyless && !isKeyOf(ca)) {
      throw new Error(`ca-${number}.key is not the key of ca-${number}.crt`);
    }
    cas.set(number, ca);
  }
  return { state, cas, object };
}

function isKeyOf({ certificate, key }: KeyAndCertificate): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
