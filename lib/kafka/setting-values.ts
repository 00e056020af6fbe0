/*
 * Values that Kafka accepts. A wrong value would otherwise fail late: when an agent changes the setting, or at the next
 * start of every broker.
 */
import { SettingValues } from './kafka-settings';
import { KafkaVersion } from './kafka-version';
import { acceptedValues } from './known-settings';
import { REFERENCE, Settings } from './properties';

/** Minimum and maximum of Java's integer types. */
const RANGES: { readonly [type: string]: readonly [bigint, bigint] } = {
  short: [-(BigInt(2) ** BigInt(15)), BigInt(2) ** BigInt(15) - BigInt(1)],
  int: [-(BigInt(2) ** BigInt(31)), BigInt(2) ** BigInt(31) - BigInt(1)],
  long: [-(BigInt(2) ** BigInt(63)), BigInt(2) ** BigInt(63) - BigInt(1)],
};
const WHOLE = /^[-+]?\d+$/;
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/**
 * Checks the values of settings that a user gave. It accepts all values of unknown settings, which can belong to plug-ins.
 *
 * @throws when Kafka does not accept a value
 */
export function assertValues(owner: string, version: KafkaVersion, settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) {
    const rule = acceptedValues(version, name);
    if (rule && !REFERENCE.test(value) && !accepts(rule, value.trim())) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', which Kafka ${version.version} does not accept; ` +
          `write ${expected(rule)}`,
      );
    }
  }
}

function accepts(rule: SettingValues, value: string): boolean {
  switch (rule.type) {
    case 'boolean':
      return /^(true|false)$/i.test(value);
    case 'double':
      return DECIMAL.test(value) && isWithin(Number(value), rule);
    case 'string':
      return isListed(value, rule);
    case 'list':
      return value === '' || value.split(',').every((item) => isListed(item.trim(), rule));
    default:
      return isWhole(value, rule);
  }
}

function isWhole(value: string, rule: SettingValues): boolean {
  if (!WHOLE.test(value)) {
    return false;
  }
  const [least, most] = RANGES[rule.type];
  const number = BigInt(value.replace(/^\+/, ''));
  return number >= least && number <= most && isWithin(Number(number), rule);
}

function isWithin(number: number, { min = -Infinity, max = Infinity, or }: SettingValues): boolean {
  return number === or || (number >= min && number <= max);
}

function isListed(value: string, { oneOf = [], isCaseInsensitive }: SettingValues): boolean {
  return oneOf.some((one) => (isCaseInsensitive ? one.toLowerCase() === value.toLowerCase() : one === value));
}

function expected({ type, min, max, or, oneOf = [] }: SettingValues): string {
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
      const rest = or === undefined ? '' : `, or ${or}`;
      return `a whole number from ${min ?? least} to ${max ?? most}${rest}`;
    }
  }
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}
