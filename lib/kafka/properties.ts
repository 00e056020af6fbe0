import { Kind, isObject, kind } from '../input/kinds';
/** Settings of a Kafka or ZooKeeper server. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Renders a Java properties file. It is sorted, so that a diff shows only changed settings. Names need no escaping: see
 * `stringRefusal`.
 */
export function renderProperties(settings: Settings): string {
  return Object.keys(settings)
    .sort()
    .map((name) => `${name}=${escapeValue(settings[name])}\n`)
    .join('');
}

function escapeValue(value: string): string {
  const escaped = value
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return escaped.startsWith(' ') ? `\\${escaped}` : escaped;
}

/** The kind of `config`: an object. Names and values are checked with what is known about each setting. */
export const settingsLike = (example: string): Kind<{ [setting: string]: string }> =>
  kind(isObject, example, { isSensitive: true });

/** The kind of `config` of brokers. */
export const SETTINGS = settingsLike("{ 'log.retention.hours': '72' }");
