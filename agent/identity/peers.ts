import { MetadataMode } from '../../lib/seam/agent-config';
import { BrokerView, LiveBrokers, PartitionView, clusterView } from '../kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable } from '../kafka/connection';
import { EligibleReplicas, eligibleReplicas } from '../kafka/eligible-replicas';
import { hiddenTopicsReason } from '../kafka/hidden-topics';
import { partitionName } from '../kafka/partition-name';
import {
  PeerOrder,
  askPeers,
  choosePeers,
  fetchBrokers,
  formatFailures,
  isCurrentView,
} from '../kafka/peer-brokers';
import { quorumView } from '../kafka/quorum-view';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { PeerPartition, PeerView } from './empty-disk-broker';

/** More answers would hardly change the decision. */
const ENOUGH_ANSWERS = 5;
/** Limits one round, because the loss can be accepted between rounds. */
const MAX_PEERS = 15;
const DEADLINE_MS = 6_000;

/**
 * Fetches the views of some live brokers of the partitions of another one.
 *
 * @param bootstrap address of all brokers
 * @param id broker that the views are about
 * @returns the views, or the reason if brokers reject the certificate of this pod, or it rejects theirs
 */
export async function fetchPeerViews(
  bootstrap: Address,
  mode: MetadataMode,
  id: number,
): Promise<readonly PeerView[] | string> {
  let brokers: LiveBrokers;
  try {
    brokers = await fetchBrokers(bootstrap, DEADLINE_MS);
  } catch (error) {
    const reason = reasonOf(error);
    if (error instanceof KafkaUnavailable && error.isTlsRejection) {
      return reason;
    }
    log.info('no other broker answers', { host: bootstrap.host, reason });
    return [];
  }
  // In ZooKeeper mode only the view of the controller counts as current, so the controller is asked first. In KRaft mode
  // the metadata names a live broker as the controller, often the same one to all.
  const order: PeerOrder = mode === 'kraft' ? { kind: 'rotating', offset: 0 } : { kind: 'controller-first' };
  const peers = choosePeers(brokers, id, order, MAX_PEERS);
  const { answers, failures } = await askPeers(peers, {
    parallel: ENOUGH_ANSWERS,
    deadlineMs: DEADLINE_MS,
    send: (session, peer) => fetchPeerView(session, mode, id, peer),
    isEnough: (usable) => usable.length >= ENOUGH_ANSWERS,
  });
  if (failures.length > 0) {
    log.info('other brokers do not answer', {
      brokers: failures.map((failure) => failure.id),
      reason: formatFailures(failures),
    });
  }
  return answers.map(({ value }) => value);
}

async function fetchPeerView(
  session: KafkaSession,
  mode: MetadataMode,
  self: number,
  peer: BrokerView,
): Promise<PeerView> {
  const view = await clusterView(session);
  const own = view.partitions.filter(({ replicas }) => replicas.includes(self));
  const isKraft = mode === 'kraft';
  const leaderless = [...new Set(own.filter(({ leader }) => leader < 0).map(({ topic }) => topic))];
  const electable =
    isKraft && leaderless.length > 0
      ? await eligibleReplicas(session, leaderless)
      : new Map<string, EligibleReplicas>();
  const hidden = await hiddenTopicsReason(session, view);
  const metadata = isKraft ? { quorum: await quorumView(session) } : { zookeeper: 'controller' as const };
  return {
    source: `broker ${peer.id}`,
    isCurrent: isCurrentView(peer.id, view, metadata),
    partitions: own.map((partition) => toPeerPartition(partition, electable)),
    ...(hidden === undefined ? {} : { hidden }),
  };
}

function toPeerPartition(
  partition: PartitionView,
  electable: ReadonlyMap<string, EligibleReplicas>,
): PeerPartition {
  const name = partitionName(partition.topic, partition.index);
  const { eligible = [], lastKnown = [] } = electable.get(name) ?? {};
  return { name, leader: partition.leader, isr: partition.isr, electable: [...eligible, ...lastKnown] };
}
