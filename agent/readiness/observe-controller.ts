import { ControllerConfig } from '../../lib/seam/agent-config';
import { otherControllers, ownController } from '../kafka/addresses';
import { KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { describeQuorum } from '../kafka/describe-quorum';

const DEADLINE_MS = 4_000;

/**
 * Describes the quorum. Only its leader can, so the other controllers are asked if this one is not the leader.
 *
 * @throws KafkaUnavailable if the controller itself does not answer
 */
export async function observeController(
  config: ControllerConfig,
  self: number,
): Promise<QuorumView | undefined> {
  const own = await KafkaSession.with(ownController(config, self), DEADLINE_MS, quorumView);
  return own ?? (await describeQuorum(otherControllers(config, self))).view;
}
