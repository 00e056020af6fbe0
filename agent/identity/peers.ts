import { BrokerConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { bootstrapBroker } from '../kafka/addresses';
import { BrokerView, ClusterView, PartitionView, clusterView } from '../kafka/cluster-view';
import { KafkaSession, KafkaUnavailable } from '../kafka/connection';
import { EligibleReplicas, eligibleReplicas } from '../kafka/eligible-replicas';
import { partitionName } from '../kafka/partition-name';
import { quorumView } from '../kafka/quorum-view';
import { log } from '../runtime/log';
import { PeerPartition, PeerView } from './empty-disk-broker';
import { isCurrentView } from '../kafka/current-view';

/** More witnesses would make no other verdict likelier. */
const MAX_ANSWERS = 5;
/** More are not tried in one go: somebody may consent meanwhile. */
const MAX_CANDIDATES = 15;
const DEADLINE_MS = 6_000;

/**
 * Asks some living brokers about the partitions of this one.
 *
 * @returns what they say, or why they are there and do not talk to this pod
 */
export async function fetchPeerViews(config: BrokerConfig, id: number): Promise<readonly PeerView[] | string> {
  const entrance = bootstrapBroker(config);
  let view: ClusterView | undefined;
  try {
    view = await KafkaSession.with(entrance, DEADLINE_MS, clusterView);
  } catch (error) {
    if (error instanceof KafkaUnavailable && error.isTlsRejection) {
      return reasonOf(error);
    }
    log.info('no other broker answers', { host: entrance.host, reason: reasonOf(error) });
  }
  const found: PeerView[] = [];
  const candidates = view ? candidatePeers(view, id).slice(0, MAX_CANDIDATES) : [];
  while (candidates.length > 0 && found.length < MAX_ANSWERS) {
    const answers = await Promise.all(
      candidates.splice(0, MAX_ANSWERS).map((broker) => tryFetchPeerView(config, id, broker)),
    );
    found.push(...answers.filter((answer) => answer !== undefined));
  }
  return found;
}

async function tryFetchPeerView(
  config: BrokerConfig,
  id: number,
  broker: BrokerView,
): Promise<PeerView | undefined> {
  try {
    return await fetchPeerView(config, id, broker);
  } catch (error) {
    log.info('another broker does not answer', { broker: broker.id, reason: reasonOf(error) });
    return undefined;
  }
}

/** In ZooKeeper mode the controller is the one that knows, so it comes first. */
function candidatePeers({ brokers, controllerId }: ClusterView, self: number): BrokerView[] {
  const others = [...brokers.values()].filter(({ id }) => id !== self).sort((a, b) => a.id - b.id);
  return others.sort((a, b) => Number(b.id === controllerId) - Number(a.id === controllerId));
}

async function fetchPeerView(config: BrokerConfig, self: number, broker: BrokerView): Promise<PeerView> {
  return KafkaSession.with(broker, DEADLINE_MS, async (session) => {
    const view = await clusterView(session);
    const own = view.partitions.filter(({ replicas }) => replicas.includes(self));
    const onKraft = config.metadataMode === 'kraft';
    const leaderless = [...new Set(own.filter(({ leader }) => leader < 0).map(({ topic }) => topic))];
    const electable =
      onKraft && leaderless.length > 0 ? await eligibleReplicas(session, leaderless) : new Map();
    return {
      from: `broker ${broker.id}`,
      isCurrent: isCurrentView(broker.id, view, onKraft ? { quorum: await quorumView(session) } : 'zookeeper'),
      partitions: own.map((partition) => toPeerPartition(partition, electable)),
    };
  });
}

function toPeerPartition(
  partition: PartitionView,
  electable: ReadonlyMap<string, EligibleReplicas>,
): PeerPartition {
  const name = partitionName(partition.topic, partition.index);
  const { eligible = [], lastKnown = [] } = electable.get(name) ?? {};
  return { name, leader: partition.leader, isr: partition.isr, electable: [...eligible, ...lastKnown] };
}
