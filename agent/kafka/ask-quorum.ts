import { Address, KafkaSession } from './connection';
import { QuorumView, quorumView } from './quorum-view';

const DEADLINE_MS = 4_000;

/** Asks controllers for the state of their quorum; only the one that leads has an answer. */
export async function askQuorum(controllers: readonly Address[]): Promise<QuorumView | undefined> {
  const answers = await Promise.all(
    controllers.map((address) => KafkaSession.with(address, DEADLINE_MS, quorumView).catch(() => undefined)),
  );
  return answers.find((answer) => answer !== undefined);
}
