import { DriftConfig } from '../../../lib/seam/agent-config';
import { isSameSet } from '../../text/same-value';
import { PlannedSettings } from './topic-plan';

/** Throttles of reassignments belong to whoever moves data. */
const THROTTLE = /^(leader|follower)\.replication\.throttled\.replicas$/;

/** Result of the comparison of the settings of a topic with its declaration. */
export interface SettingsComparison {
  readonly change?: PlannedSettings;
  /** Differences that are only reported. */
  readonly differences: readonly string[];
}

/** True if a plan depends on the settings of a topic. */
export function comparesSettings(
  drift: DriftConfig,
  declared: Readonly<Record<string, string>> | undefined = {},
): boolean {
  return (
    drift.undeclaredSettings !== 'ignore' || (drift.settings !== 'ignore' && Object.keys(declared).length > 0)
  );
}

/**
 * Compares the settings of a topic with its declaration. A declared setting has to be a setting of the topic itself: the default
 * of a broker can have the same value now, and another one later.
 *
 * @param actual settings of the topic itself; those that the declaration does not name may be missing, if nothing is to be done
 *   about them
 */
export function compareSettings(
  name: string,
  declared: Readonly<Record<string, string>>,
  actual: ReadonlyMap<string, string>,
  drift: DriftConfig,
): SettingsComparison {
  const differing = Object.entries(declared).filter(([key, value]) => !isSameSet(actual.get(key), value));
  const undeclared = [...actual.keys()]
    .filter((key) => !Object.hasOwn(declared, key) && !THROTTLE.test(key))
    .sort();
  const set = drift.settings === 'correct' ? Object.fromEntries(differing) : {};
  const remove = drift.undeclaredSettings === 'correct' ? undeclared : [];
  const changed = [...Object.keys(set), ...remove];
  return {
    ...(changed.length > 0
      ? {
          change: {
            name,
            set,
            remove,
            from: Object.fromEntries(changed.map((key) => [key, actual.get(key)])),
          },
        }
      : {}),
    differences: [
      ...(drift.settings === 'report'
        ? differing.map(
            ([key, value]) => `it has ${key}=${actual.get(key) ?? '(not set)'}, its declaration has ${value}`,
          )
        : []),
      ...(drift.undeclaredSettings === 'report'
        ? undeclared.map((key) => `it has ${key}=${actual.get(key)}, which its declaration does not name`)
        : []),
    ],
  };
}
