import { ControllerConfig } from '../../lib/private/agent-config';
import { KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';
import { askQuorum } from '../kafka/ask-quorum';

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
  const address = { host: '127.0.0.1', port: config.listener.port };
  const own = await KafkaSession.with(address, DEADLINE_MS, quorumView);
  const others = config.voters.filter(({ id }) => id !== self);
  return own ?? askQuorum(others.map(({ host }) => ({ host, port: config.listener.port })));
}
