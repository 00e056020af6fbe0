import { KafkaUnavailable } from '../kafka/connection';

/** Ignores that a broker does not answer, where a run can do without the answer. */
export function ignoreUnavailable(error: unknown): undefined {
  if (!(error instanceof KafkaUnavailable)) {
    throw error;
  }
}
