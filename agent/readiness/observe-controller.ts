import { ControllerConfig } from '../../lib/seam/agent-config';
import { controllerOf, ownController } from '../kafka/addresses';
import { KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { describeQuorum } from '../kafka/describe-quorum';

const DEADLINE_MS = 4_000;

/**
 * Observes the quorum of a controller. The number of controllers can change while the agent runs, so the voters of earlier views
 * are asked too, not only the configured ones.
 */
export class QuorumMonitor {
  private readonly known: Set<number>;

  constructor(
    private readonly config: ControllerConfig,
    private readonly self: number,
  ) {
    this.known = new Set(config.voters.map(({ id }) => id));
  }

  /**
   * Describes the quorum. Only its leader can, so the other controllers are asked if this one is not the leader.
   *
   * @throws KafkaUnavailable if the controller itself does not answer
   */
  async observe(): Promise<QuorumView | undefined> {
    const own = await KafkaSession.with(ownController(this.config, this.self), DEADLINE_MS, quorumView);
    return own === undefined ? this.observeThroughOthers() : this.remember(own);
  }

  /** Describes the quorum without a request to this controller. */
  async observeThroughOthers(): Promise<QuorumView | undefined> {
    const others = [...this.known].filter((id) => id !== this.self);
    const { view } = await describeQuorum(others.map((id) => controllerOf(this.config, this.self, id)));
    return view && this.remember(view);
  }

  private remember(view: QuorumView): QuorumView {
    view.voters.forEach(({ id }) => this.known.add(id));
    return view;
  }
}
