import { Outcome } from '../world';

/** A substitute for a program that the example requires. */
export interface StandIn {
  /** Makes what must be there before the YAML is applied. */
  readonly prepare: () => Promise<void>;
  /** Does what has to be done once the YAML is there. */
  readonly serve: (outcome: Outcome) => Promise<void>;
  /** Takes away what it made, also in a run before. */
  readonly remove: () => Promise<void>;
}
