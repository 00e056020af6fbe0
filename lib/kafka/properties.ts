/** Settings of a Kafka or ZooKeeper server. */
export type Settings = Readonly<Record<string, string>>;

/** What a config provider fills in, anywhere in a value. */
export const REFERENCE = /\$\{[^}]*:[^}]*\}/;

/** Renders a Java properties file, sorted, so that a diff shows what changed. Names need no escaping: see `assertTexts`. */
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
