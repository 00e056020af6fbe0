import { MetadataMode, RecoveryGroupConfig } from '../../lib/seam/agent-config';
import { mayStartOnEmptyDisk } from '../identity/empty-disk-broker';
import { mayStartControllerOnEmptyDisk } from '../identity/empty-disk-controller';
import { fetchPeerViews } from '../identity/peers';
import { ClusterView, clusterView } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { hiddenTopicsReason } from '../kafka/hidden-topics';
import {
  askPeers,
  choosePeers,
  controllerOr,
  fetchBrokers,
  formatFailures,
  isCurrentView,
} from '../kafka/peer-brokers';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { addingReplicas } from '../kafka/reassignments';
import { MinInSyncReplicas } from '../restart/min-in-sync-replicas';
import { reasonOf } from '../runtime/errors';
import { BlankDiskAnswer, BrokersFacts } from './decide-recovery';
import { LostServer } from './lost-server';

const DEADLINE_MS = 10_000;
const MAX_PEERS = 5;

/** The brokers and the quorum, as a live broker with current metadata sees them. */
export interface KafkaView extends Omit<BrokersFacts, 'fencedSeconds'> {
  readonly live: ReadonlySet<number>;
  /** Absent in ZooKeeper mode. */
  readonly quorum?: QuorumView;
}

/** Kafka, as the recovery asks it. */
export interface RecoveryKafka {
  /** @returns the reason if no broker with current metadata answers */
  view(): Promise<KafkaView | { readonly unavailable: string }>;
  /** Answers whether a lost broker may start on empty disks. */
  answerForBroker(server: LostServer): Promise<BlankDiskAnswer>;
}

/** Kafka at the address of all brokers. */
export class KafkaObserver implements RecoveryKafka {
  private readonly minInSyncReplicas = new MinInSyncReplicas(DEADLINE_MS);
  private round = 0;

  constructor(
    private readonly bootstrap: Address,
    private readonly mode: MetadataMode,
  ) {}

  async view(): Promise<KafkaView | { readonly unavailable: string }> {
    try {
      return await this.currentView();
    } catch (error) {
      return { unavailable: reasonOf(error) };
    }
  }

  async answerForBroker({ id, node }: LostServer): Promise<BlankDiskAnswer> {
    const found = await fetchPeerViews(this.bootstrap, this.mode, id);
    return mayStartOnEmptyDisk({
      id,
      // It may have been, and then the question is stricter.
      hasBeenInSync: true,
      emptyDisks: ['the new volume'],
      description: `node ${node} is gone with the data of broker ${id}`,
      ...(typeof found === 'string' ? { peers: [], unanswered: found } : { peers: found }),
    });
  }

  private async currentView(): Promise<KafkaView | { readonly unavailable: string }> {
    const brokers = await fetchBrokers(this.bootstrap, DEADLINE_MS);
    const peers = choosePeers(
      brokers,
      -1,
      this.mode === 'kraft' ? { kind: 'rotating', offset: this.round++ } : { kind: 'controller-first' },
      MAX_PEERS,
    );
    const { answers, failures } = await askPeers(peers, {
      parallel: 1,
      deadlineMs: DEADLINE_MS,
      send: (session, { id }) => this.viewThrough(session, id),
      isEnough: (found) => found.length > 0,
    });
    return answers[0]?.value ?? { unavailable: formatFailures(failures) || 'there is no live broker' };
  }

  private async viewThrough(session: KafkaSession, id: number): Promise<KafkaView | undefined> {
    const view = await clusterView(session);
    const isKraft = this.mode === 'kraft';
    const quorum = isKraft ? await quorumView(session) : undefined;
    if (!isCurrentView(id, view, isKraft ? { quorum } : { zookeeper: 'controller' })) {
      return undefined;
    }
    const hidden = await hiddenTopicsReason(session, view);
    if (hidden !== undefined) {
      throw new Error(`broker ${id} does not show all topics: ${hidden}`);
    }
    await this.minInSyncReplicas.read(session.address, [...view.topics]);
    return {
      live: new Set(view.brokers.keys()),
      partitions: view.partitions,
      adding: await this.adding(session, view),
      minInSyncReplicas: this.minInSyncReplicas.byTopic,
      ...(quorum === undefined ? {} : { quorum }),
    };
  }

  private async adding(session: KafkaSession, view: ClusterView): Promise<KafkaView['adding']> {
    const server = controllerOr(session.address, view, this.mode);
    return server === session.address
      ? addingReplicas(session)
      : KafkaSession.with(server, DEADLINE_MS, addingReplicas);
  }
}

/** Answers whether a lost controller may start on an empty disk. */
export function answerForController(
  { id, node }: LostServer,
  group: RecoveryGroupConfig,
  quorum?: QuorumView,
): BlankDiskAnswer {
  const { first, last } = group.ids;
  return mayStartControllerOnEmptyDisk({
    id,
    hasBeenInSync: true,
    emptyDisks: ['the new volume'],
    description: `node ${node} is gone with the data of controller ${id}`,
    voters: Array.from({ length: last - first + 1 }, (_, index) => first + index),
    quorum,
  });
}
