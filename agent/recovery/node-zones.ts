/*
 * Zones of the nodes of servers. A node that is gone has no labels, and not every PersistentVolume has its zone. The status ConfigMap
 * keeps them, so that a restart of the recovery forgets none.
 */
import { HOSTNAME_LABEL, NodeObject, PodObject } from './lost-server';
import { ZONE_LABEL } from '../../lib/seam/agent-config';

/** Time between two looks at all pods. Servers change their nodes rarely. */
const INTERVAL_MS = 300_000;

/** Kubernetes, as far as zones need it. */
export interface ZoneReader {
  pods(which: 'all'): Promise<readonly PodObject[]>;
  node(name: string): Promise<NodeObject | undefined>;
}

/** Learns the zones of nodes while they exist. */
export class NodeZones {
  private learnedAt = -Infinity;

  constructor(
    private readonly read: ZoneReader,
    private readonly monotonicMs: () => number,
  ) {}

  /**
   * Returns the zones of nodes: those that the status ConfigMap has, and those of nodes with servers.
   *
   * @param kept value in the status ConfigMap
   */
  async learn(kept: string | undefined): Promise<ReadonlyMap<string, string>> {
    const known = parse(kept);
    const now = this.monotonicMs();
    if (now - this.learnedAt < INTERVAL_MS) {
      return known;
    }
    const names = (await this.read.pods('all')).flatMap(({ spec }) => spec?.nodeName ?? []);
    const missing = [...new Set(names)].filter((name) => !known.has(name));
    const nodes = await Promise.all(missing.map((name) => this.read.node(name)));
    for (const node of nodes) {
      const { name, labels = {} } = node?.metadata ?? { name: '' };
      const { [ZONE_LABEL]: zone, [HOSTNAME_LABEL]: hostname = name } = labels;
      if (zone !== undefined) {
        [name, hostname].forEach((key) => known.set(key, zone));
      }
    }
    this.learnedAt = now;
    return known;
  }
}

/** Value for the status ConfigMap. */
export function formatZones(zones: ReadonlyMap<string, string>): string {
  return JSON.stringify(Object.fromEntries([...zones].sort()));
}

/** Value without any zone. */
export const NO_ZONES = formatZones(new Map());

function parse(kept: string | undefined): Map<string, string> {
  try {
    return new Map(Object.entries(JSON.parse(kept ?? '{}') as Record<string, string>));
  } catch {
    return new Map();
  }
}
