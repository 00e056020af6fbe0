import { metadataV12, protocolErrorsCodesById } from '@platformatic/kafka';
import { failureOf } from './failure';
import { Address, Link } from './link';
import { Settings } from './settings';

/** Leaders of the partitions of topics. */
export interface Topology {
  readonly brokers: ReadonlyMap<number, Address>;
  readonly topics: ReadonlyMap<string, { readonly id: string; readonly leaders: readonly number[] }>;
}

/** Requests metadata from the bootstrap address or, after a failure, from known brokers. */
export async function findTopology(
  topics: readonly string[],
  settings: Settings,
  known?: Topology,
): Promise<Topology> {
  const [host, port] = settings.bootstrap.split(':');
  const addresses = [{ host, port: Number(port) }, ...(known?.brokers.values() ?? [])];
  let reason: unknown;
  for (const address of addresses) {
    try {
      return await ask(address, topics, settings);
    } catch (error) {
      reason = error;
      if (failureOf(error).kind === 'other') {
        break;
      }
    }
  }
  throw reason;
}

async function ask(address: Address, names: readonly string[], settings: Settings): Promise<Topology> {
  const link = await Link.open(address, settings);
  try {
    const { brokers, topics } = await link.request(metadataV12.api, [...names], false, false);
    const found = new Map(
      topics.map(({ name, topicId, partitions }) => {
        const leaders: number[] = [];
        partitions.forEach(({ partitionIndex, leaderId }) => (leaders[partitionIndex] = leaderId));
        return [name ?? '', { id: topicId, leaders }] as const;
      }),
    );
    const lacking = topics.find(({ errorCode, partitions }) => errorCode !== 0 || partitions.length === 0);
    if (lacking || found.size < names.length) {
      const apiId = protocolErrorsCodesById[lacking?.errorCode ?? 3];
      throw Object.assign(new Error(`topic ${lacking?.name ?? ''}`), { apiId, canRetry: true });
    }
    return {
      brokers: new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }])),
      topics: found,
    };
  } finally {
    await link.close();
  }
}
