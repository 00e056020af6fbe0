import { ControllerConfig } from '../../lib/private/agent-config';
import { KafkaSession } from '../kafka/connection';
import { QuorumView, quorumView } from '../kafka/quorum-view';

const DEADLINE_MS = 4_000;

/** Asks the other controllers for the state of their quorum; only the one that leads has an answer. */
export async function askQuorum(config: ControllerConfig, self: number): Promise<QuorumView | undefined> {
  const others = config.voters.filter(({ id }) => id !== self);
  const answers = await Promise.all(
    others.map(({ host }) =>
      KafkaSession.with({ host, port: config.listener.port }, DEADLINE_MS, quorumView).catch(() => undefined),
    ),
  );
  return answers.find((answer) => answer !== undefined);
}
