/*
 * Kinds of values that users give. TypeScript checks them too, but many apps run through a transpiler that checks no types. A
 * value of a wrong kind would otherwise end in an exception far from its property, or in YAML without it.
 */
import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-27';
import { format, typeName } from './format';

/** A kind of values. The type parameter lets the compiler compare it with the type of a property. */
export interface Kind<T> {
  /**
   * Checks a value.
   *
   * @param what the value, for the message
   * @throws when the value is not of this kind
   */
  readonly assert: (what: string, value: unknown) => void;
  /** A value of this kind, as in source code. */
  readonly example: string;
  /** True if a value can contain a secret. Messages then show its type only. */
  readonly isSensitive?: boolean;
  /** Never set: without a use of the type parameter, the compiler would treat all kinds as equal. */
  readonly _type?: (value: T) => T;
}

/**
 * A kind that a function checks.
 *
 * @param example a value that would be accepted, for the message
 */
export function kind<T>(
  isKind: (value: unknown) => boolean,
  example: string,
  { isSensitive = false } = {},
): Kind<T> {
  return {
    example,
    isSensitive,
    assert: (what, value) => {
      if (!isKind(value)) {
        throw new Error(`${what} is ${foundText(isSensitive, value)}; expected for example ${example}`);
      }
    },
  };
}

/** A value of a wrong kind, for the message. */
export function foundText(isSensitive: boolean | undefined, value: unknown): string {
  return isSensitive ? typeName(value) : format(value);
}

/** True if the value is a plain object. */
export function isObject(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** A part of a value in a message: `volumes of X` and `[0]` give `volumes[0] of X`. */
export function within(what: string, part: string): string {
  return what.replace(/( of |$)/, `${part}$1`);
}

/**
 * Characters that kubectl would reject or change: cdk8s writes them into the YAML as they are, and go-yaml reads them as line
 * breaks or not at all. Kubernetes cannot store NUL and half surrogate pairs.
 */
// With the flag, the range of surrogates matches only those without their other half.
const LOST = /[\0\x7F-\x9F\u2028\u2029\uD800-\uDFFF\uFFFE\uFFFF]/u;

/** The first character of a text that YAML cannot express, as `U+2028`; undefined if there is none. */
export function lostCharacter(value: string): string | undefined {
  const code = LOST.exec(value)?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A string. */
export const text = (example: string, { isSensitive = false } = {}): Kind<string> => ({
  example: `'${example}'`,
  isSensitive,
  assert: (what, value) => {
    if (typeof value !== 'string') {
      throw new Error(`${what} is ${foundText(isSensitive, value)}; expected for example '${example}'`);
    }
    const lost = lostCharacter(value);
    if (lost !== undefined) {
      throw new Error(
        `${what} is ${foundText(isSensitive, value)}, which contains ${lost}, which YAML cannot express; remove it`,
      );
    }
  },
});

/** A number. Ranges are checked separately. */
export const number = (example: number): Kind<number> =>
  kind((value) => typeof value === 'number', String(example));

/** A whole number in a range. */
export const wholeNumber = (example: number, min: number, max: number): Kind<number> => ({
  example: String(example),
  assert: (what, value) => {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      throw new Error(`${what} is ${format(value)}; use a whole number from ${min} to ${max}`);
    }
  },
});

/** A port of a pod or a Service. */
export const PORT: Kind<number> = wholeNumber(9404, 1, 65_535);

export const BOOLEAN: Kind<boolean> = kind((value) => typeof value === 'boolean', 'true');

export const SIZE: Kind<Size> = amountOf('toMebibytes', 'Size.gibibytes(8)');

/** A size with a minimum in MiB. */
export const sizeFrom = (minimum: number): Kind<Size> => ({
  ...SIZE,
  assert: (what, value) => {
    SIZE.assert(what, value);
    const mebibytes = (value as Size).toMebibytes({ rounding: SizeRoundingBehavior.NONE });
    if (!(mebibytes >= minimum)) {
      throw new Error(`${what} is ${mebibytes} MiB; use ${minimum} MiB or more`);
    }
  },
});

export const DURATION: Kind<Duration> = amountOf('toSeconds', 'Duration.minutes(20)');

/** A value object of cdk8s. It accepts an amount of any type and fails later, for example at the conversion of a bigint. */
function amountOf<T>(conversion: string & keyof T, example: string): Kind<T> {
  const any = kind<T>((value) => typeof (Object(value) as T)[conversion] === 'function', example);
  return {
    ...any,
    assert: (what, value) => {
      any.assert(what, value);
      const { amount } = value as { readonly amount?: unknown };
      if (typeof amount !== 'number') {
        throw new Error(`${what} has the amount ${format(amount)}; use a number, for example ${example}`);
      }
    },
  };
}

export const CPU: Kind<Cpu> = kind(
  (value) => typeof (Object(value) as Partial<Cpu>).amount === 'string',
  'Cpu.units(2)',
);

const ENV_TEXT = text('eu-central-1', { isSensitive: true });

export const ENV_VALUE: Kind<EnvValue> = {
  example: `EnvValue.fromValue(${ENV_TEXT.example})`,
  isSensitive: true,
  assert: (what, value) => {
    const { value: plain, valueFrom } = Object(value) as Partial<EnvValue>;
    if (typeof plain === 'string') {
      ENV_TEXT.assert(what, plain);
    } else if (plain !== undefined || typeof valueFrom !== 'object') {
      throw new Error(
        `${what} is ${typeName(value)}; expected for example ${ENV_VALUE.example}, or for a secret ` +
          "EnvValue.fromSecretValue({ secret, key: 'password' })",
      );
    }
  },
};

/** A value of an enum. */
export function enumOf<T extends string>(values: Readonly<Record<string, T>>): Kind<T> {
  const allowed = Object.values(values);
  return {
    example: format(allowed[0]),
    assert: (what, value) => {
      if (!allowed.includes(value as T)) {
        throw new Error(`${what} is ${format(value)}; it must be one of ${allowed.map(format).join(', ')}`);
      }
    },
  };
}

/** A list. Loops skip gaps, and a missing NetworkPeer could mean every peer, so undefined items are errors. */
export function listOf<T>(item: Kind<T>): Kind<T[]> {
  const example = `[${item.example}]`;
  const { isSensitive } = item;
  return {
    example,
    isSensitive,
    assert: (what, value) => {
      if (!Array.isArray(value)) {
        throw new Error(`${what} must be a list such as ${example}, got ${foundText(isSensitive, value)}`);
      }
      if (Array.from(value).some((one) => one === undefined || one === null)) {
        throw new Error(`${what} must have no undefined items, got ${foundText(isSensitive, value)}`);
      }
      value.forEach((one, index) => item.assert(within(what, `[${index}]`), one));
    },
  };
}

/** A plain object with values of one kind. */
export function recordOf<T>(item: Kind<T>, key: string): Kind<{ [key: string]: T }> {
  const example = `{ ${/^\w+$/.test(key) ? key : `'${key}'`}: ${item.example} }`;
  const { isSensitive } = item;
  return {
    example,
    isSensitive,
    assert: (what, value) => {
      if (!isObject(value)) {
        throw new Error(`${what} must be an object such as ${example}, got ${foundText(isSensitive, value)}`);
      }
      Object.entries(value as object).forEach(([name, one]) => item.assert(within(what, `['${name}']`), one));
    },
  };
}

/** A value that is checked where it is used, with a message that names more than its property. */
export const checkedElsewhere = <T>(): Kind<T> => ({ example: '{ … }', assert: () => undefined });
