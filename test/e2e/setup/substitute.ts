import { Expectations } from '../world';

/** Simulates a program that the example requires. */
export interface Substitute {
  /** Runs before the YAML is applied. */
  readonly prepare: () => Promise<void>;
  /** Runs after the YAML is applied. */
  readonly serve: (expectations: Expectations) => Promise<void>;
  /** Deletes its objects, also those of an earlier run. */
  readonly remove: () => Promise<void>;
}
