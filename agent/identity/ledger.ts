/*
 * The ledger records which servers have been in sync, and where. It outlives the disks: without it, a broker that lost its disk
 * looks like a new one.
 */
import { UsedAcceptance } from '../annotations/loss-acceptance';
import { NotApplied, getObject, patchObject } from '../kubernetes/client';
import { OperatorError } from '../runtime/errors';
import { FormerLocation, ServerLocation } from './server-location';

/** Entry of a server. The location is that of the last start, or what the running agent has found since. */
export interface LedgerEntry extends Partial<ServerLocation> {
  /** First time at which the server was a member of an ISR or of the quorum, in ISO 8601; absent before. */
  readonly firstInSync?: string;
  /** Kind of the quorum when it was formed. Controllers only. */
  readonly quorumKind?: 'dynamic' | 'static';
  /** First and last time at which the server was seen, in ISO 8601. A running server is recorded every hour. */
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  /** Earlier locations, the last one first. */
  readonly formerLocations?: readonly FormerLocation[];
  /** Last loss of data that was accepted. */
  readonly acceptedLoss?: UsedAcceptance;
}

/** Content of a ledger, as one server needs it. */
export interface LedgerView {
  /** Its own entry. */
  readonly entry?: LedgerEntry;
  /** Other servers that have been in sync. */
  readonly othersInSync: readonly number[];
}

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

const CLUSTER_SETTINGS = 'cluster-settings';

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
   * @throws as `view`
   */
  async read(id: number): Promise<LedgerEntry | undefined> {
    return (await this.view(id)).entry;
  }

  /**
   * Reads the entry of a server, and the ids of the others that have been in sync.
   *
   * @throws NotApplied if the ConfigMap or the permission is missing
   * @throws OperatorError if the entry is not valid
   * @throws ApiServerUnavailable if the API server does not answer
   */
  async view(id: number): Promise<LedgerView> {
    const data = await this.readData();
    const text = data[String(id)];
    // An entry of another server that is not valid must not prevent the start of this one.
    const others = Object.keys(data).filter(
      (key) => key !== String(id) && data[key].includes('"firstInSync"'),
    );
    return { entry: text === undefined ? undefined : this.parse(id, text), othersInSync: others.map(Number) };
  }

  /** Writes the entry of a server. */
  async write(id: number, entry: LedgerEntry): Promise<void> {
    await patchObject(this.path, this.permission, { data: { [id]: JSON.stringify(entry) } });
  }

  /** Reads the cluster-wide settings that agents have applied last, as JSON; undefined if there are none. */
  async readClusterSettings(): Promise<string | undefined> {
    return (await this.readData())[CLUSTER_SETTINGS];
  }

  /** Records the cluster-wide settings that agents have applied last, as JSON. */
  async writeClusterSettings(settings: string): Promise<void> {
    await patchObject(this.path, this.permission, { data: { [CLUSTER_SETTINGS]: settings } });
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
