import { ControllerConfig } from '../../lib/seam/agent-config';
import { otherControllers, ownController } from '../kafka/addresses';
import { KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { describeQuorum } from '../kafka/describe-quorum';

const DEADLINE_MS = 4_000;

/**
 * Finds out how the quorum is, first from this controller, then from the others, as only the leader knows.
 *
 * @throws KafkaUnavailable when the controller itself does not answer
 */
export async function observeController(
  config: ControllerConfig,
  self: number,
): Promise<QuorumView | undefined> {
  const own = await KafkaSession.with(ownController(config, self), DEADLINE_MS, quorumView);
  return own ?? (await describeQuorum(otherControllers(config, self))).view;
}
