import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { BrokerConfig } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { PartitionView, clusterView } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { EligibleReplicas, eligibleReplicas } from '../kafka/leaderless';
import { quorumView } from '../kafka/quorum-view';
import { log } from '../log';
import { PeerView } from './blank-disk-guard';

/** More witnesses would make no other verdict likelier. */
const WITNESSES = 5;
const DEADLINE_MS = 10_000;

/** Asks some living brokers about the partitions of this one. */
export async function askPeers(config: BrokerConfig, id: number): Promise<PeerView[]> {
  const found: PeerView[] = [];
  const asked = new Set<string>();
  const queue: Address[] = (await addressesOf(config.serviceHost)).map((host) => ({
    host,
    port: config.internal.port,
  }));
  while (queue.length > 0 && found.length < WITNESSES) {
    const address = queue.shift()!;
    if (asked.has(address.host)) {
      continue;
    }
    asked.add(address.host);
    try {
      const { peer, controller } = await ask(config, id, address);
      found.push(peer);
      if (controller) {
        queue.unshift(controller);
      }
    } catch (error) {
      log.info('another broker does not answer', { broker: address.host, reason: reasonOf(error) });
    }
  }
  return found;
}

interface Answer {
  readonly peer: PeerView;
  /** In ZooKeeper mode: whoever decides, to be asked too. */
  readonly controller?: Address;
}

async function ask(config: BrokerConfig, id: number, address: Address): Promise<Answer> {
  return KafkaSession.with(address, DEADLINE_MS, async (session) => {
    const view = await clusterView(session);
    const own = view.partitions.filter(({ replicas }) => replicas.includes(id));
    const from = address.host;
    if (config.metadataMode === 'kraft') {
      // A broker that is cut off from the controllers goes on showing what it saw last, but cannot answer this.
      const isCurrent = (await quorumView(session)) !== undefined;
      const leaderless = [...new Set(own.filter(({ leader }) => leader < 0).map(({ topic }) => topic))];
      const electable = leaderless.length > 0 ? await eligibleReplicas(session, leaderless) : new Map();
      return { peer: { from, isCurrent, partitions: own.map((partition) => guarded(partition, electable)) } };
    }
    const controller = view.brokers.get(view.controllerId);
    const isCurrent = controller !== undefined && (await isSame(controller, address));
    return {
      peer: { from, isCurrent, partitions: own.map((partition) => guarded(partition, new Map())) },
      controller: controller && !isCurrent ? controller : undefined,
    };
  });
}

function guarded(partition: PartitionView, electable: ReadonlyMap<string, EligibleReplicas>) {
  const name = `${partition.topic}-${partition.index}`;
  const { eligible = [], lastKnown = [] } = electable.get(name) ?? {};
  return { name, leader: partition.leader, isr: partition.isr, electable: [...eligible, ...lastKnown] };
}

async function isSame(controller: Address, address: Address): Promise<boolean> {
  return controller.host === address.host || (await addressesOf(controller.host)).includes(address.host);
}

/** Addresses behind a host name, this pod's own left out; none when the name is not known (yet). */
async function addressesOf(host: string): Promise<string[]> {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
  );
  try {
    return (await lookup(host, { all: true }))
      .map(({ address }) => address)
      .filter((address) => !own.has(address));
  } catch {
    return [];
  }
}
