import { reasonOf } from '../runtime/errors';
import { Address, KafkaSession } from './connection';
import { QuorumView, quorumView } from './quorum-view';

const DEADLINE_MS = 4_000;

/** Answers of controllers to DescribeQuorum. */
export interface QuorumDescription {
  /** View of the leader. The other controllers have none. */
  readonly view?: QuorumView;
  /** Errors of the controllers that did not answer. */
  readonly failures: readonly string[];
}

/** Sends DescribeQuorum to all given controllers. */
export async function describeQuorum(controllers: readonly Address[]): Promise<QuorumDescription> {
  const failures: string[] = [];
  const views = await Promise.all(
    controllers.map((address) =>
      KafkaSession.with(address, DEADLINE_MS, quorumView).catch((error: unknown) => {
        failures.push(reasonOf(error));
        return undefined;
      }),
    ),
  );
  return { view: views.find((view) => view !== undefined), failures: failures.sort() };
}
