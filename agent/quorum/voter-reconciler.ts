import { IdRange } from '../../lib/seam/agent-config';
import { QuorumView } from '../kafka/quorum-view';
import { RaftVoter } from '../kafka/raft-voters';
import { EventRecorder } from '../kubernetes/events';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { VoterChange, mayNeedChange, nextDeparture, nextVoterChange } from './voter-change';

/** Effects of the reconciler. */
export interface VoterEdges {
  /** Ids of the pods of the StatefulSet; undefined if it is deleted, or scaled to 0. */
  readMembers(): Promise<IdRange | undefined>;
  /** Describes the quorum; undefined without a leader that answers. */
  observe(): Promise<QuorumView | undefined>;
  /** Changes a voter through the leader. Returns the reason if the leader rejects it. */
  add(leaderId: number, voter: RaftVoter): Promise<string | undefined>;
  remove(leaderId: number, voter: RaftVoter): Promise<string | undefined>;
  readonly recordEvent: EventRecorder;
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}

const PAUSE_MS = 5_000;
/** Part of the shutdown grace period that a controller spends to leave the quorum. */
const DEPARTURE_TIMEOUT_MS = 30_000;
const DEPARTURE_PAUSE_MS = 1_000;

/** Makes the voters of a dynamic quorum follow the pods of the StatefulSet. Each controller has one. */
export class VoterReconciler {
  private isBusy = false;
  private nextAt = -Infinity;
  private lastMessage = '';

  constructor(
    private readonly self: number,
    private readonly edges: VoterEdges,
  ) {}

  /** Makes the change that is due, if any. Returns immediately: readiness does not wait for it. */
  reconcile(quorum: QuorumView): void {
    const now = this.edges.monotonicMs();
    if (this.isBusy || now < this.nextAt || !mayNeedChange(this.self, quorum)) {
      return;
    }
    this.nextAt = now + PAUSE_MS;
    this.isBusy = true;
    void this.reconcileOnce(quorum)
      .catch((error: unknown) => this.logOnce('warn', `the voters cannot be changed: ${reasonOf(error)}`))
      .finally(() => (this.isBusy = false));
  }

  private async reconcileOnce(quorum: QuorumView): Promise<void> {
    const members = await this.edges.readMembers();
    await this.apply(quorum, nextVoterChange({ self: this.self, quorum, members }));
  }

  /**
   * Removes this controller from the voters if the StatefulSet no longer includes it. Otherwise the quorum would count it, and
   * tolerate fewer failures. Never throws, and takes half a minute at most.
   */
  async leave(): Promise<void> {
    const { edges, self } = this;
    const end = edges.monotonicMs() + DEPARTURE_TIMEOUT_MS;
    while (edges.monotonicMs() < end) {
      try {
        const members = await edges.readMembers();
        const quorum = await edges.observe();
        const change: VoterChange = quorum
          ? nextDeparture({ self, quorum, members })
          : { do: 'wait', reason: 'the quorum has no leader that answers' };
        if (change.do === 'nothing' || (quorum && (await this.apply(quorum, change)))) {
          return;
        }
      } catch (error) {
        this.logOnce('warn', `cannot leave the quorum: ${reasonOf(error)}`);
      }
      await edges.sleep(DEPARTURE_PAUSE_MS);
    }
    log.warn('this controller stops as a voter; the leader removes it once it is down');
  }

  /** True if the change was made. */
  private async apply({ leaderId, voters }: QuorumView, change: VoterChange): Promise<boolean> {
    if (change.do === 'nothing') {
      return false;
    }
    if (change.do === 'wait') {
      this.logOnce('info', change.reason);
      return false;
    }
    const { voter, reason } = change;
    const rejection = await this.edges[change.do](leaderId, voter);
    if (rejection !== undefined) {
      this.logOnce('warn', `Kafka does not ${change.do} voter ${voter.id}: ${rejection}`);
      return false;
    }
    const others = voters.map(({ id }) => id).filter((id) => id !== voter.id);
    const ids = change.do === 'add' ? [...others, voter.id] : others;
    const done = change.do === 'add' ? 'added to' : 'removed from';
    const message = `controller ${voter.id} was ${done} the voters, which are now ${ids.sort((a, b) => a - b).join(', ')}: ${reason}`;
    this.lastMessage = '';
    log.info(message, { directory: voter.directoryId });
    await this.edges.recordEvent('Normal', change.do === 'add' ? 'VoterAdded' : 'VoterRemoved', message);
    return true;
  }

  private logOnce(level: 'info' | 'warn', message: string): void {
    if (message !== this.lastMessage) {
      this.lastMessage = message;
      log[level](message);
    }
  }
}
