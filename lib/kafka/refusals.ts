import { cut, quoted } from '../input/format';

/** A setting that would not work. */
export interface Refusal {
  readonly name: string;
  /** The value found, and the reason; follows the name of the setting in the message. */
  readonly problem: string;
  /** Advice that is accepted when it is followed. */
  readonly remedy: string;
}

/** A value as messages show it, with the name of its setting before it. */
export function shown(value: unknown): string {
  return `is ${quoted(value)}`;
}

/**
 * Reports all refusals of one `config` at once.
 *
 * @throws when there is one
 */
export function assertNone(owner: string, refusals: readonly Refusal[]): void {
  if (refusals.length === 1) {
    const [{ name, problem, remedy }] = refusals;
    throw new Error(`setting '${cut(name)}' of ${owner} ${problem}; ${remedy}`);
  }
  if (refusals.length > 1) {
    const lines = refusals.map(
      ({ name, problem, remedy }) => `\n- setting '${cut(name)}' ${problem}; ${remedy}`,
    );
    throw new Error(
      `config of ${owner} has ${refusals.length} settings that would not work:${lines.join('')}`,
    );
  }
}
