import { Outcome } from '../world';

/** What a group needs beside its example: something that plays the part of a program that the example counts on, say. */
export interface StandIn {
  /** Makes what must be there before the YAML is applied. */
  readonly prepare: () => Promise<void>;
  /** Does what has to be done once the YAML is there. */
  readonly serve: (outcome: Outcome) => Promise<void>;
  /** Takes away what it made, also in a run before. */
  readonly remove: () => Promise<void>;
}
