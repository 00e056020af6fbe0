import { Outcome } from '../world';

/** Plays the part of a program that the example counts on. */
export interface StandIn {
  /** Makes what must be there before the YAML is applied. */
  readonly prepare: () => Promise<void>;
  /** Does what the program would do once the YAML is there. */
  readonly serve: (outcome: Outcome) => Promise<void>;
  /** Takes away what it made, also in a run before. */
  readonly remove: () => Promise<void>;
}
