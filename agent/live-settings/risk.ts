/*
 * Changes of live settings that delete data, or weaken its safety. They reach all brokers within minutes, and cannot be undone.
 */
import { isSameSet } from '../text/same-value';
import { SettingChange } from './plan';

/** Limits of the time or the size of data. A negative value means no limit. */
const LIMITS = ['log.retention.ms', 'log.retention.bytes'];
/** Minimum times for which compaction keeps records. */
const MINIMUMS = [
  'log.cleaner.delete.retention.ms',
  'log.cleaner.min.compaction.lag.ms',
  'min.insync.replicas',
];

/** Returns the reason why a change is a risk; undefined if it is none. */
export function riskOf({ name, from, to }: SettingChange): string | undefined {
  if (LIMITS.includes(name)) {
    return isLess(unlimited(to), unlimited(from)) ? 'deletes older records' : undefined;
  }
  if (MINIMUMS.includes(name)) {
    return isLess(numberOf(to), numberOf(from)) ? lowered(name) : undefined;
  }
  if (name === 'log.cleanup.policy') {
    return isSameSet(lowerCase(to), lowerCase(from)) ? undefined : 'deletes records by another policy';
  }
  return name === 'unclean.leader.election.enable' && isTrue(to) && !isTrue(from)
    ? 'lets a replica without all records become the leader'
    : undefined;
}

function lowered(name: string): string {
  return name === 'min.insync.replicas'
    ? 'acknowledges records with fewer copies'
    : 'compacts records earlier';
}

/** A value that is not known may be less, or may have been more. */
function isLess(to: number | undefined, from: number | undefined): boolean {
  return to === undefined || from === undefined ? to !== from : to < from;
}

function unlimited(value: string | undefined): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number < 0 ? Infinity : number;
}

function numberOf(value: string | undefined): number | undefined {
  const number = Number(value?.trim() || NaN);
  return Number.isNaN(number) ? undefined : number;
}

function lowerCase(value = ''): string {
  return value.toLowerCase();
}

function isTrue(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'true';
}
