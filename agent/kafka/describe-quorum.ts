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

/** Sends DescribeQuorum to all given controllers. Ends with the answer of the leader: others may be unreachable. */
export async function describeQuorum(controllers: readonly Address[]): Promise<QuorumDescription> {
  const failures: string[] = [];
  return new Promise((resolve) => {
    const requests = controllers.map(async (address) => {
      try {
        const view = await KafkaSession.with(address, DEADLINE_MS, quorumView);
        if (view) {
          resolve({ view, failures: [...failures].sort() });
        }
      } catch (error) {
        failures.push(reasonOf(error));
      }
    });
    void Promise.all(requests).then(() => resolve({ failures: failures.sort() }));
  });
}
