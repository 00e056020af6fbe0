import { BrokerConfig } from '../../lib/seam/agent-config';
import { bootstrapBroker, controllersOf } from '../kafka/addresses';
import { registeredBrokers } from '../kafka/broker-registrations';
import { Address } from '../kafka/connection';
import { describeQuorum } from '../kafka/describe-quorum';
import { hasCaughtUpMajority } from '../kafka/quorum-members';
import { QuorumView } from '../kafka/quorum-view';
import { reasonOf } from '../runtime/errors';
import { EmptyDiskFacts, mayStartOnEmptyDisk } from './empty-disk-broker';
import { QuorumKnowledge, forgottenBy } from './forgetful-quorum';
import { fetchPeerViews } from './peers';
import { MissingCondition, StartVerdict, withAcceptance } from './start-verdict';

type Registrations = { readonly registered: ReadonlySet<number>; readonly view: QuorumView };

/**
 * Number of attempts without an answer of another broker after which a new broker starts. In ZooKeeper mode registrations end with the session, so only
 * other brokers can tell that the ledger was deleted, and they need time to start.
 */
const ATTEMPTS_WITHOUT_ANSWER = {
  kraft: { count: 2, text: 'retrying once' },
  zookeeper: { count: 20, text: 'retrying for a minute' },
} as const;

/** Decides repeatedly whether a broker may start on its disks. Asks the quorum and other brokers. */
export class BrokerGuard {
  private roundsWithoutAnswer = 0;

  constructor(
    private readonly config: BrokerConfig,
    private readonly disks: Pick<
      EmptyDiskFacts,
      'id' | 'hasBeenInSync' | 'othersInSync' | 'emptyDisks' | 'description'
    >,
    private readonly metadata: Pick<QuorumKnowledge, 'own' | 'hasPartitions'>,
  ) {}

  /** Returns the verdict, or the missing condition. */
  async decide(acceptedLoss: string | undefined): Promise<StartVerdict | MissingCondition> {
    const controllers = controllersOf(this.config);
    const quorum = controllers && (await this.askQuorum(controllers));
    if (quorum && 'waitingFor' in quorum) {
      return quorum;
    }
    const forgotten = quorum && this.forgottenBy(quorum);
    return forgotten === undefined
      ? this.decideOnDisks(quorum?.registered, acceptedLoss)
      : withAcceptance(
          {
            reason: forgotten,
            givesUp: 'all partitions of topics that the quorum does not know',
            needsAction: true,
          },
          acceptedLoss,
        );
  }

  private forgottenBy({ view, registered }: Registrations): string | undefined {
    const { id } = this.disks;
    return forgottenBy({ id, quorum: view, isRegistered: registered.has(id), ...this.metadata });
  }

  /**
   * Waits for the controllers. Kafka waits for only one minute, and a broker that has read from a leader whose log is then truncated never
   * finds another leader: observed at a slow first start of 4.4.0.
   */
  private async askQuorum(controllers: readonly Address[]): Promise<Registrations | MissingCondition> {
    const { first, last } = this.config.brokerIds;
    const { view, failures } = await describeQuorum(controllers);
    if (!view || !hasCaughtUpMajority(view)) {
      return { waitingFor: ['no controller leads a majority of the quorum', ...failures].join('; ') };
    }
    const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    try {
      return { view, registered: await registeredBrokers(controllers, ids) };
    } catch (error) {
      return { waitingFor: reasonOf(error) };
    }
  }

  private async decideOnDisks(
    registered: ReadonlySet<number> | undefined,
    acceptedLoss: string | undefined,
  ): Promise<StartVerdict | MissingCondition> {
    const { config, disks } = this;
    if (disks.emptyDisks.length === 0) {
      return mayStartOnEmptyDisk({ ...disks, peers: [] });
    }
    const answer = await fetchPeerViews(bootstrapBroker(config), config.metadataMode, disks.id);
    const [peers, unanswered] = typeof answer === 'string' ? [[], answer] : [answer, undefined];
    if (unanswered !== undefined && acceptedLoss === undefined) {
      return {
        waitingFor: `${disks.description}, and no request to other brokers succeeded: ${unanswered}`,
      };
    }
    this.roundsWithoutAnswer = peers.length === 0 ? this.roundsWithoutAnswer + 1 : 0;
    const verdict = mayStartOnEmptyDisk({ ...disks, registered, peers, unanswered, acceptedLoss });
    // The absence of answers can allow the start, so it must last longer than a moment.
    const { count, text } = ATTEMPTS_WITHOUT_ANSWER[config.metadataMode];
    const isBrief = this.roundsWithoutAnswer > 0 && this.roundsWithoutAnswer < count;
    return isBrief && verdict.mayStart && verdict.givenUp === undefined
      ? { waitingFor: `no other broker answers, which is normal at the first start of a cluster; ${text}` }
      : verdict;
  }
}
