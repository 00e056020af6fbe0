/*
 * The ledger records which servers have been in sync. It outlives the disks: without it, a broker that lost its disk looks
 * like a new one.
 */
import { OperatorError } from '../runtime/errors';
import { NotApplied, getObject, patchObject } from '../kubernetes/client';

/** Entry of a server. */
export interface LedgerEntry {
  /** First time at which the server was in sync, in ISO 8601. */
  readonly firstInSync: string;
  /** Kind of the quorum when it was formed. Controllers only. */
  readonly quorumKind?: 'dynamic' | 'static';
}

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

/** Ledger of one StatefulSet, in a ConfigMap. */
export class Ledger {
  private readonly path: string;
  private readonly permission: string;

  constructor(
    private readonly namespace: string,
    private readonly name: string,
  ) {
    this.path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
    this.permission = `get and patch on ConfigMap ${namespace}/${name}`;
  }

  /**
   * Reads the entry of a server; undefined if it has none.
   *
   * @throws NotApplied if the ConfigMap or the permission is missing
   * @throws OperatorError if an entry is not valid
   * @throws ApiServerUnavailable if the API server does not answer
   */
  async read(id: number): Promise<LedgerEntry | undefined> {
    const text = (await this.readData())[String(id)];
    return text === undefined ? undefined : this.parse(id, text);
  }

  /**
   * Reads the ids of the servers that have an entry.
   *
   * @throws as `read`
   */
  async readIds(): Promise<number[]> {
    return Object.keys(await this.readData())
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  private async readData(): Promise<Readonly<Record<string, string>>> {
    const object = await getObject<ConfigMap>(this.path, this.permission);
    if (object === undefined) {
      throw new NotApplied(
        `ConfigMap '${this.name}' of namespace '${this.namespace}' does not exist`,
        'apply the complete synthesized YAML',
      );
    }
    return object.data ?? {};
  }

  /** Writes the entry of a server. */
  async write(id: number, entry: LedgerEntry): Promise<void> {
    await patchObject(this.path, this.permission, { data: { [id]: JSON.stringify(entry) } });
  }

  private parse(id: number, text: string): LedgerEntry {
    try {
      return JSON.parse(text) as LedgerEntry;
    } catch {
      throw new OperatorError(
        `entry ${id} of ConfigMap '${this.name}' is not JSON: ${text.slice(0, 100)}`,
        `correct the entry; if the server has had data, write {"firstInSync":"2026-03-01T12:00:00Z"}`,
      );
    }
  }
}
