/** Settings of a Kafka or ZooKeeper server. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Renders a Java properties file, sorted, so that a diff shows what changed.
 *
 * @throws when a name could not be read back
 */
export function renderProperties(settings: Settings): string {
  return Object.keys(settings)
    .sort()
    .map((name) => `${assertName(name)}=${escapeValue(settings[name])}\n`)
    .join('');
}

function assertName(name: string): string {
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new Error(`setting '${name}' is not a setting of Kafka; use letters, digits, '.', '-' and '_'`);
  }
  return name;
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
