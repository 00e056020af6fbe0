/*
 * Settings of a version of Kafka. `kafka-settings.ts` is generated from Kafka: it has the values that a setting accepts and the
 * settings that Kafka can change while it runs.
 */
import { DYNAMIC_SETTINGS, KAFKA_LINES, SETTING_VALUES, SettingValues } from './kafka-settings';
import { KafkaVersion } from './kafka-version';
import { knownSetting } from './known-settings';

/** Names of the settings that agents change while brokers of a version run, sorted. Other units are not included. */
export function liveSettingNames(version: KafkaVersion): readonly string[] {
  const line = lineOf(version);
  const known = LIVE_NAMES.get(line);
  if (known !== undefined) {
    return known;
  }
  const names = DYNAMIC_SETTINGS.filter(({ lines }) => lines.includes(line))
    .flatMap((dynamic) => dynamic.names)
    .filter((name) => knownSetting(name, 'live')?.live !== false)
    .sort();
  LIVE_NAMES.set(line, names);
  return names;
}

/** Live settings by minor version. A cluster of many maps asks for the same list many times. */
const LIVE_NAMES = new Map<string, readonly string[]>();

/** Least values that Kafka checks only when it starts, so that its tables do not have them. */
const LEAST: Readonly<Record<string, number>> = {
  'log.cleaner.threads': 1,
  'log.roll.jitter.ms': 0,
  'log.roll.ms': 1,
};

/**
 * The values of a setting that a version accepts; undefined if it accepts any text, or if the setting is unknown and can
 * belong to a plug-in.
 */
export function acceptedValues(
  version: KafkaVersion,
  name: string,
  table: readonly SettingValues[] = SETTING_VALUES,
): SettingValues | undefined {
  const line = lineOf(version);
  const rule = table.find(({ lines, names }) => lines.includes(line) && names.includes(name));
  if (rule === undefined || isKnown(version)) {
    return rule && Object.hasOwn(LEAST, name) ? { ...rule, min: LEAST[name] } : rule;
  }
  // A newer version can accept more numbers and texts, but a number remains a number.
  const { type, lines, names } = rule;
  return type === 'string' || type === 'list' ? undefined : { type, lines, names };
}

/** Names of all settings of a version, in no order. */
export function settingNames(
  version: KafkaVersion,
  table: readonly SettingValues[] = SETTING_VALUES,
): readonly string[] {
  const line = lineOf(version);
  const byLine = NAMES.get(table) ?? new Map<string, readonly string[]>();
  NAMES.set(table, byLine);
  const known = byLine.get(line);
  if (known !== undefined) {
    return known;
  }
  const names = table.filter(({ lines }) => lines.includes(line)).flatMap((rule) => rule.names);
  byLine.set(line, names);
  return names;
}

/** Names of settings by table and minor version. */
const NAMES = new Map<readonly SettingValues[], Map<string, readonly string[]>>();

/** A setting that a version does not have. */
export interface VersionedName {
  /** First minor version with the setting. */
  readonly since: string;
  /** Minor version without the setting after one that had it; undefined if the version is older than the setting. */
  readonly removedIn?: string;
}

/** The other versions of a setting that a version does not have; undefined if no version in the tables has it. */
export function linesWith(
  version: KafkaVersion,
  name: string,
  table: readonly SettingValues[] = SETTING_VALUES,
): VersionedName | undefined {
  const lines = table.filter(({ names }) => names.includes(name)).flatMap((rule) => rule.lines);
  const own = KAFKA_LINES.indexOf(lineOf(version));
  const indexes = lines.map((line) => KAFKA_LINES.indexOf(line));
  const before = indexes.filter((index) => index < own);
  const after = indexes.filter((index) => index > own);
  if (indexes.length === 0) {
    return undefined;
  }
  return before.length > 0
    ? { since: KAFKA_LINES[Math.min(...before)], removedIn: KAFKA_LINES[Math.max(...before) + 1] }
    : { since: KAFKA_LINES[Math.min(...after)] };
}

/** The minor version in the generated tables. For a newer version it is the newest one in the tables. */
function lineOf(version: KafkaVersion): string {
  // If a setting is no longer dynamic in the newer version, Kafka rejects the change, and agents report it.
  return isKnown(version) ? minorVersion(version) : KAFKA_LINES[KAFKA_LINES.length - 1];
}

/** True if the tables have the minor version. A newer version can have more settings. */
export function isKnown(version: KafkaVersion): boolean {
  return KAFKA_LINES.includes(minorVersion(version));
}

function minorVersion({ version }: KafkaVersion): string {
  return version.replace(/\.\d+$/, '');
}
