/*
 * Checks of values that are dangerous if they are wrong: they would open a listener or a NetworkPolicy to every source, or
 * lose data. Only the compiler checks the kinds of all other values.
 */
import { format } from './format';

/** @throws when a list has gaps: loops skip them, so a missing NetworkPeer could mean every peer */
export function assertNoGaps(what: string, list: readonly unknown[]): void {
  if (!Array.isArray(list)) {
    throw new Error(`${what} must be a list, got ${format(list)}`);
  }
  if (Array.from(list).some((item) => item === undefined || item === null)) {
    throw new Error(`${what} must have no undefined items, got ${format(list)}`);
  }
}

/**
 * Checks each item of a list.
 *
 * @param isKind the check of one item
 * @param example an item that would be accepted, for the message
 * @throws when the value is not a list, or an item is of another kind
 */
export function assertItems(
  what: string,
  items: readonly unknown[] = [],
  isKind: (item: unknown) => boolean,
  example: string,
): void {
  assertNoGaps(what, items);
  const other = items.find((item) => !isKind(item));
  if (other !== undefined) {
    throw new Error(`${what} contains ${format(other)}; expected for example ${example}`);
  }
}

/** @throws when a value is given and is not of its kind */
export function assertKind(
  what: string,
  value: unknown,
  isKind: (value: unknown) => boolean,
  example: string,
): void {
  if (value !== undefined && !isKind(value)) {
    throw new Error(`${what} is ${format(value)}; expected for example ${example}`);
  }
}

/** @throws when a value is given and is not a value of the enum */
export function assertEnum(what: string, value: unknown, values: object): void {
  const allowed: unknown[] = Object.values(values);
  if (value !== undefined && !allowed.includes(value)) {
    throw new Error(`${what} is ${format(value)}; it must be one of ${allowed.map(format).join(', ')}`);
  }
}

/** @throws when a value is given and is not a plain object */
export function assertObject(what: string, value: unknown, example: string): void {
  if (value !== undefined && Object.prototype.toString.call(value) !== '[object Object]') {
    throw new Error(`${what} must be an object such as ${example}, got ${format(value)}`);
  }
}
