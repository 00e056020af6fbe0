/*
 * Checks of JSON that another version or program has written, or that someone has edited.
 */

/** Value that is not of the expected kind. The message names its place in the JSON. */
export class KindError extends Error {}

/**
 * Returns a value that is of the kind.
 *
 * @param path place of the value in the JSON; empty for the root
 * @throws KindError if it is not
 */
export type Kind<T> = (value: unknown, path: string) => T;

export const text: Kind<string> = (value, path) =>
  typeof value === 'string' ? value : fail(value, path, 'a text');

export const boolean: Kind<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : fail(value, path, 'true or false');

export const wholeNumber: Kind<number> = (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : fail(value, path, 'a whole number');

/** A time in UTC, as `toISOString` writes it. */
export const time: Kind<string> = (value, path) => {
  const parsed = typeof value === 'string' ? Date.parse(value) : NaN;
  return !Number.isNaN(parsed) && new Date(parsed).toISOString() === value
    ? value
    : fail(value, path, 'a time such as 2026-11-30T10:00:00.000Z');
};

/** One of a few texts. */
export function oneOf<T extends string>(...allowed: readonly T[]): Kind<T> {
  const expected = allowed.map((one) => `'${one}'`).join(' or ');
  return (value, path) => allowed.find((one) => one === value) ?? fail(value, path, expected);
}

/** Accepts a missing value as well. */
export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return (value, path) => (value === undefined ? undefined : kind(value, path));
}

/** Accepts null as well. */
export function nullable<T>(kind: Kind<T>): Kind<T | null> {
  return (value, path) => (value === null ? null : kind(value, path));
}

/** A list of values of one kind. */
export function listOf<T>(kind: Kind<T>, expected = 'a list'): Kind<readonly T[]> {
  return (value, path) => {
    const list = Array.isArray(value) ? (value as unknown[]) : fail(value, path, expected);
    return list.map((item, index) => kind(item, `${path}[${index}]`));
  };
}

/** An object whose keys are names, such as those of topics. */
export function recordOf<T>(kind: Kind<T>): Kind<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(objectIn(value, path)).map(([key, item]) => [key, kind(item, `${path}['${key}']`)]),
    );
}

/** An object with these fields. Others are left out. */
export function struct<T extends object>(fields: { readonly [K in keyof T]-?: Kind<T[K]> }): Kind<T> {
  const kinds = Object.entries(fields) as [string, Kind<unknown>][];
  return (value, path) => {
    const object = objectIn(value, path);
    const found = kinds.map(([name, kind]) => [
      name,
      kind(Object.hasOwn(object, name) ? object[name] : undefined, path === '' ? name : `${path}.${name}`),
    ]);
    return Object.fromEntries(found.filter(([, item]) => item !== undefined)) as T;
  };
}

function objectIn(value: unknown, path: string): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : fail(value, path, 'an object');
}

/** Throws the error of a value that is not of the expected kind. */
export function fail(value: unknown, path: string, expected: string): never {
  throw new KindError(`${path || 'its content'} is ${described(value)}, expected ${expected}`);
}

function described(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'missing';
    case 'string':
      return `'${value.length > 100 ? `${value.slice(0, 100)}…` : value}'`;
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
    default:
      return String(value);
  }
}
