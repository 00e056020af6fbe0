import { IdRange } from './agent-config';

/** True if a range contains an id. */
export function isInRange({ first, last }: IdRange, id: number): boolean {
  return first <= id && id <= last;
}
