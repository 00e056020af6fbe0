/*
 * Values that Kafka does not start with. It would refuse them while it runs, or much later: at the next start of every
 * broker.
 */
import { KafkaVersion } from './kafka-version';
import { isKnownMinorVersion, knownMinorVersion } from './kafka-line';
import { SETTING_VALUES, SettingValues } from './kafka-settings';
import { REFERENCE, Settings } from './properties';

/** The numbers that Java's types hold. */
const RANGES: { readonly [type: string]: readonly [bigint, bigint] } = {
  short: [-(BigInt(2) ** BigInt(15)), BigInt(2) ** BigInt(15) - BigInt(1)],
  int: [-(BigInt(2) ** BigInt(31)), BigInt(2) ** BigInt(31) - BigInt(1)],
  long: [-(BigInt(2) ** BigInt(63)), BigInt(2) ** BigInt(63) - BigInt(1)],
};
const WHOLE = /^[-+]?\d+$/;
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/**
 * Checks values that a user gave. Settings that a version does not know are nobody's here: plugins have their own.
 *
 * @throws when Kafka does not take one of them
 */
export function assertValues(owner: string, version: KafkaVersion, settings: Settings): void {
  const line = knownMinorVersion(version);
  for (const [name, value] of Object.entries(settings)) {
    const found = SETTING_VALUES.find(({ lines, names }) => lines.includes(line) && names.includes(name));
    const rule = found && (isKnownMinorVersion(version) ? found : typeOf(found));
    if (rule && !REFERENCE.test(value) && !isTaken(value.trim(), rule)) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', which Kafka ${version.version} does not take; write ${wanted(rule)}`,
      );
    }
  }
}

/** A version that nobody has asked may take more than any before, but a number stays a number. */
function typeOf({ type, lines, names }: SettingValues): SettingValues | undefined {
  return type === 'string' || type === 'list' ? undefined : { type, lines, names };
}

function isTaken(value: string, rule: SettingValues): boolean {
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

function wanted({ type, min, max, or, oneOf = [] }: SettingValues): string {
  switch (type) {
    case 'boolean':
      return "'true' or 'false'";
    case 'string':
      return `one of ${quoted(oneOf)}`;
    case 'list':
      return `some of ${quoted(oneOf)}, separated by commas`;
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
