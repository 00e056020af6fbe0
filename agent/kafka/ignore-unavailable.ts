import { KafkaUnavailable } from './connection';

/** Ignores that a broker does not answer, where the caller can do without the answer. */
export function ignoreUnavailable(error: unknown): undefined {
  if (!(error instanceof KafkaUnavailable)) {
    throw error;
  }
}
