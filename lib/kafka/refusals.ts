import { quoted } from '../input/format';
import { Settings } from './properties';

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
 * Adds refusals of relations. A setting that is refused already takes part in no relation.
 *
 * @param relations finds settings that do not fit each other; for a number it understands 'NaN'
 */
export function withRelations(
  found: readonly Refusal[],
  settings: Settings,
  relations: (settings: Settings) => Refusal[],
): Refusal[] {
  const refused = new Set(found.map(({ name }) => name));
  const unknown = Object.fromEntries([...refused].map((name) => [name, 'NaN']));
  const further = relations({ ...settings, ...unknown }).filter(({ name }) => !refused.has(name));
  return [...found, ...further];
}

/** A refusal as a message of its own. */
export function refusalText(owner: string, { name, problem, remedy }: Refusal): string {
  return `setting ${quoted(name)} of ${owner} ${problem}; ${remedy}`;
}

/**
 * Reports all refusals of one `config` at once.
 *
 * @throws when there is one
 */
export function assertNone(owner: string, refusals: readonly Refusal[]): void {
  if (refusals.length === 1) {
    throw new Error(refusalText(owner, refusals[0]));
  }
  if (refusals.length > 1) {
    const lines = refusals.map(
      ({ name, problem, remedy }) => `\n- setting ${quoted(name)} ${problem}; ${remedy}`,
    );
    throw new Error(
      `config of ${owner} has ${refusals.length} settings that would not work:${lines.join('')}`,
    );
  }
}
