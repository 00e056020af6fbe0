/*
 * What outlives the disks: which servers have been in sync once. Without it a broker that lost its disk could not be
 * told from one that never had any.
 */
import { OperatorError } from '../runtime/errors';
import { getObject, patchObject } from '../kubernetes/client';

/** What is remembered of a server. */
export interface LedgerEntry {
  /** When it was in sync for the first time, ISO 8601. */
  readonly firstInSync: string;
  /** How its quorum was formed; controllers only. */
  readonly quorum?: 'dynamic' | 'static';
}

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

/** The record of one StatefulSet, in a ConfigMap. */
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
   * What is remembered of a server; undefined when nothing.
   *
   * @throws OperatorError when the ConfigMap is missing or unreadable, ApiServerUnavailable when nobody answers
   */
  async read(id: number): Promise<LedgerEntry | undefined> {
    const object = await getObject<ConfigMap>(this.path, this.permission);
    if (object === undefined) {
      throw new OperatorError(
        `ConfigMap '${this.name}' of namespace '${this.namespace}' does not exist`,
        'apply the synthesized YAML, all of it',
      );
    }
    const text = object.data?.[String(id)];
    return text === undefined ? undefined : this.parse(id, text);
  }

  /** Remembers a server. */
  async write(id: number, entry: LedgerEntry): Promise<void> {
    await patchObject(this.path, this.permission, { data: { [id]: JSON.stringify(entry) } });
  }

  private parse(id: number, text: string): LedgerEntry {
    try {
      return JSON.parse(text) as LedgerEntry;
    } catch {
      throw new OperatorError(
        `entry ${id} of ConfigMap '${this.name}' is not JSON: ${text.slice(0, 100)}`,
        `correct it; if the server has held data, write {"firstInSync":"<date>"}`,
      );
    }
  }
}
