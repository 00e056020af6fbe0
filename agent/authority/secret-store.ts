/*
 * Secrets of the authority: its state with the keys of its CAs, and the issued certificates. Every write names the version
 * that it replaces, so two authorities that run by mistake cannot overwrite each other.
 */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { LeafConfig, PkiConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { createObject, getObject, replaceObject } from '../kubernetes/client';
import { KeyAndCertificate, certificateFacts } from './issue';
import { SecretObject, decodeEntry, secretFor, encodeEntry } from './leaf-secret';
import { PHASES, PkiState } from './state';

const STATE_KEY = 'state.json';

/** A state with its CAs. */
export interface StoredState {
  readonly state: PkiState;
  /** CAs by number. The key of a keyless CA is empty. */
  readonly cas: ReadonlyMap<number, KeyAndCertificate>;
  readonly object: SecretObject;
}

/** Secrets of one CA. */
export class SecretStore {
  private readonly path: string;

  constructor(
    private readonly namespace: string,
    private readonly config: PkiConfig,
  ) {
    this.path = `/api/v1/namespaces/${namespace}/secrets`;
  }

  /**
   * Reads the state. Returns undefined if there is none.
   *
   * @throws OperatorError if the state is invalid; an invalid state is never overwritten
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
        `Secret '${name}' in namespace '${this.namespace}' does not contain a valid CA state: ${reasonOf(error)}`,
        `restore it from a backup, or create a new CA with 'kubectl -n ${this.namespace} delete secret ${name}': ` +
          'issued certificates stay trusted until the new CA has replaced them',
      );
    }
  }

  /** Writes the state and returns the stored version. */
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
        metadata: {
          ...old?.metadata,
          name: this.config.stateSecret,
          labels: { ...old?.metadata.labels, ...this.config.stateLabels },
        },
        data,
      },
      old,
    );
    return { state, cas, object };
  }

  /** Reads the Secrets of all certificates. */
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
  if (
    state.version !== 1 ||
    !PHASES.includes(state.phase) ||
    !Array.isArray(state.cas) ||
    !state.certificates
  ) {
    throw new Error(`${STATE_KEY} is incomplete or from another version of this program`);
  }
  if (!state.cas.some((ca) => ca.number === state.issuingCa)) {
    throw new Error(`${STATE_KEY} does not contain CA ${state.issuingCa}`);
  }
  const cas = new Map<number, KeyAndCertificate>();
  for (const { number, fingerprint, keyless } of state.cas) {
    const ca = {
      certificate: decodeEntry(data, `ca-${number}.crt`),
      key: decodeEntry(data, `ca-${number}.key`),
    };
    if (ca.certificate === '' || certificateFacts(ca.certificate).fingerprint !== fingerprint) {
      throw new Error(`ca-${number}.crt does not match ${STATE_KEY}`);
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
