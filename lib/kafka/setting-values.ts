/*
 * Values that Kafka accepts. A wrong value would otherwise fail late: when an agent changes the setting, or at the next
 * start of every broker.
 */
import { SETTING_VALUES, SettingValues } from './kafka-settings';
import { KafkaVersion } from './kafka-version';
import { acceptedValues } from './version-settings';
import { Settings } from './properties';
import { hasReference } from './references';
import { Refusal, assertNone, shown } from './refusals';

/** Minimum and maximum of Java's integer types. */
const RANGES: { readonly [type: string]: readonly [bigint, bigint] } = {
  short: [-(BigInt(2) ** BigInt(15)), BigInt(2) ** BigInt(15) - BigInt(1)],
  int: [-(BigInt(2) ** BigInt(31)), BigInt(2) ** BigInt(31) - BigInt(1)],
  long: [-(BigInt(2) ** BigInt(63)), BigInt(2) ** BigInt(63) - BigInt(1)],
};
const WHOLE = /^[-+]?\d+$/;
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?[dDfF]?$/;

/** Kafka starts with a negative value, which means no limit, and not with 0. The tables of Kafka do not say so. */
const NOT_ZERO = /^log\.retention\.(ms|minutes|hours)$/;

/** Strings that are the name of a class. The default of `authorizer.class.name` is empty. */
const CLASS = /^(?!authorizer\.).*\.class(\.name)?$/;

/**
 * Checks the values of settings that a user gave. It accepts all values of unknown settings, which can belong to plug-ins.
 *
 * @throws when Kafka does not accept a value
 */
export function assertValues(owner: string, version: KafkaVersion, settings: Settings): void {
  assertNone(
    owner,
    Object.entries(settings).flatMap(([name, value]) => valueRefusal(version, name, value) ?? []),
  );
}

/**
 * The refusal of a value that Kafka does not accept.
 *
 * @param table settings of servers or of topics; topics cannot refer to config providers
 */
export function valueRefusal(
  version: KafkaVersion,
  name: string,
  value: string,
  table: readonly SettingValues[] = SETTING_VALUES,
): Refusal | undefined {
  const rule = ruleOf(version, name, table);
  const isReference = table === SETTING_VALUES && hasReference(value);
  return rule === undefined || isReference || accepts(rule, javaTrim(value))
    ? undefined
    : {
        name,
        problem: `${shown(value)}, which Kafka ${version.version} does not accept`,
        remedy: `write ${expected(rule)}`,
      };
}

/** A text without white space at its ends, as Java trims it: `trim()` of JavaScript also removes no-break spaces. */
export function javaTrim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] <= ' ') {
    start++;
  }
  while (end > start && text[end - 1] <= ' ') {
    end--;
  }
  return text.slice(start, end);
}

/** A rule with the limits of this file. */
interface Rule extends SettingValues {
  readonly isClass: boolean;
  readonly isZeroRefused: boolean;
}

function ruleOf(version: KafkaVersion, name: string, table: readonly SettingValues[]): Rule | undefined {
  const rule = acceptedValues(version, name, table);
  return (
    rule && {
      ...rule,
      isClass: rule.type === 'class' || CLASS.test(name),
      isZeroRefused: NOT_ZERO.test(name),
    }
  );
}

function accepts(rule: Rule, value: string): boolean {
  if (rule.isClass) {
    return /^[^\s,;]+$/.test(value);
  }
  switch (rule.type) {
    case 'boolean':
      return /^(true|false)$/i.test(value);
    case 'double':
      return DECIMAL.test(value) && isWithin(parseFloat(value), rule);
    case 'string':
      return isListed(value, rule);
    case 'list':
      return value === '' || value.split(',').every((item) => isListed(javaTrim(item), rule));
    case 'class':
    case 'password':
      return true;
    default:
      return isWhole(value, rule);
  }
}

function isWhole(value: string, rule: Rule): boolean {
  if (!WHOLE.test(value)) {
    return false;
  }
  const [least, most] = RANGES[rule.type];
  const number = BigInt(value.replace(/^\+/, ''));
  const isZero = rule.isZeroRefused && number === BigInt(0);
  return !isZero && number >= least && number <= most && isWithin(Number(number), rule);
}

function isWithin(number: number, { min = -Infinity, max = Infinity, or }: SettingValues): boolean {
  return number === or || (number >= min && number <= max);
}

function isListed(value: string, { oneOf, isCaseInsensitive }: SettingValues): boolean {
  return (
    oneOf === undefined ||
    oneOf.some((one) => (isCaseInsensitive ? one.toLowerCase() === value.toLowerCase() : one === value))
  );
}

function expected({ type, min, max, or, oneOf = [], isClass, isZeroRefused }: Rule): string {
  if (isClass) {
    return 'the name of a class, or remove the setting';
  }
  switch (type) {
    case 'boolean':
      return "'true' or 'false'";
    case 'string':
      return `one of ${quoted(oneOf)}`;
    case 'list':
      return `one or more of ${quoted(oneOf)}, separated by commas`;
    case 'double':
      return `a number${min === undefined ? '' : ` from ${min} to ${max}`}`;
    default: {
      const [least, most] = RANGES[type];
      const rest = `${or === undefined ? '' : `, or ${or}`}${isZeroRefused ? ', other than 0' : ''}`;
      return `a whole number from ${min ?? least} to ${max ?? most}${rest}`;
    }
  }
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}
