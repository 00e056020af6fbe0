/*
 * Checks of props and options. TypeScript checks them too, but many apps run through a transpiler that checks no types,
 * and a misspelled property would then have no effect.
 */
import { cut } from './format';
import { Kind, foundText, isObject, within } from './kinds';
import { nearest } from './nearest';

type RequiredKeys<P> = { [K in keyof P]-?: object extends Pick<P, K> ? never : K }[keyof P];

/** Rule of a property: required or optional, and its kind. */
export interface PropRule<T> {
  readonly isRequired: boolean;
  readonly kind: Kind<T>;
}

interface RequiredProp<T> extends PropRule<T> {
  readonly isRequired: true;
}

interface OptionalProp<T> extends PropRule<T> {
  readonly isRequired: false;
}

/** A property that must be set. */
export function required<T>(kind: Kind<T>): RequiredProp<T> {
  return { isRequired: true, kind };
}

/** A property that can be left out. */
export function optional<T>(kind: Kind<T>): OptionalProp<T> {
  return { isRequired: false, kind };
}

/** The properties of a struct. The compiler rejects an incomplete table, and a kind that is not that of the property. */
export type PropTable<P> = {
  readonly [K in keyof Required<P>]: K extends RequiredKeys<P>
    ? RequiredProp<NonNullable<P[K]>>
    : OptionalProp<NonNullable<P[K]>>;
};

/**
 * Checks that props are an object with all required properties and no unknown one, each of its kind. Subclasses may have
 * further properties.
 *
 * @param owner the construct or factory, for the message
 * @throws when a property is unknown or missing, or its value is of another kind
 */
export function assertProps<P extends object>(
  owner: string,
  props: P | undefined,
  table: PropTable<P>,
  { isSubclass = false, isNested = false } = {},
): void {
  if (props !== undefined && !isObject(props)) {
    throw new Error(`props of ${owner} must be an object, got ${foundText(isSensitive(table), props)}`);
  }
  const rules = rulesOf(table);
  const given = Object.entries(props ?? {}).filter(([, value]) => value !== undefined);
  const unknown = given.find(([name]) => !isSubclass && !Object.hasOwn(rules, name));
  if (unknown !== undefined) {
    throw new Error(unknownProperty(owner, unknown[0], Object.keys(rules)));
  }
  const names = new Set(given.map(([name]) => name));
  const missing = Object.entries(rules).find(([name, { isRequired }]) => isRequired && !names.has(name));
  if (missing !== undefined) {
    throw new Error(`${owner} needs the property '${missing[0]}'`);
  }
  for (const [name, value] of given.filter(([given]) => Object.hasOwn(rules, given))) {
    rules[name].kind.assert(isNested ? within(owner, `.${name}`) : `${name} of ${owner}`, value);
  }
}

/** The kind of a struct. */
export function struct<P extends object>(table: PropTable<P>): Kind<P> {
  const sensitive = isSensitive(table);
  return {
    example: '{ … }',
    isSensitive: sensitive,
    assert: (what, value) => {
      if (!isObject(value)) {
        throw new Error(`${what} must be an object, got ${foundText(sensitive, value)}`);
      }
      assertProps(what, value as P, table, { isNested: true });
    },
  };
}

function rulesOf<P>(table: PropTable<P>): Readonly<Record<string, PropRule<unknown>>> {
  return table as unknown as Readonly<Record<string, PropRule<unknown>>>;
}

/** True if one of the properties can contain a secret. */
function isSensitive<P extends object>(table: PropTable<P>): boolean {
  return Object.values(rulesOf(table)).some(({ kind }) => kind.isSensitive);
}

/** The properties that a table lists, for a construct that passes its props on to another one. */
export function pickProps<P extends object>(props: P, table: PropTable<P>): P {
  return Object.fromEntries(Object.entries(props).filter(([name]) => Object.hasOwn(table, name))) as P;
}

function unknownProperty(owner: string, name: string, known: readonly string[]): string {
  const similar = nearest(name, known, Math.max(2, Math.floor(name.length / 3)));
  return similar !== undefined
    ? `${owner} has no property '${cut(name)}'; did you mean '${similar}'?`
    : `${owner} has no property '${cut(name)}'; its properties are ${[...known].sort().join(', ')}`;
}
