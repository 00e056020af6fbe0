import { reasonOf } from '../runtime/errors';
import { Address, KafkaSession } from './connection';
import { QuorumView, quorumView } from './quorum-view';

const DEADLINE_MS = 4_000;

/** What controllers said. */
export interface QuorumDescription {
  /** Of the one that leads; the others have none. */
  readonly view?: QuorumView;
  /** Why controllers could not be asked. */
  readonly failures: readonly string[];
}

/** Asks controllers for the state of their quorum. */
export async function describeQuorum(controllers: readonly Address[]): Promise<QuorumDescription> {
  const failures: string[] = [];
  const answers = await Promise.all(
    controllers.map((address) =>
      KafkaSession.with(address, DEADLINE_MS, quorumView).catch((error: unknown) => {
        failures.push(reasonOf(error));
        return undefined;
      }),
    ),
  );
  return { view: answers.find((answer) => answer !== undefined), failures: failures.sort() };
}
