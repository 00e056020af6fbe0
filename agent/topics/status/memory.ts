/*
 * Text form of what runs remember: thousands of names in one key of a ConfigMap.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { AbsentTopic, NO_MEMORY, TopicMemory } from '../plan/prune';

/** Protects from a text that is not ours. */
const MAX_BYTES = 64 * 2 ** 20;

/** Names by list. Absent ones have the time of the first run without them. */
interface Stored {
  readonly declared: Readonly<Record<string, readonly string[]>>;
  readonly absent: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Absent names whose loss is accepted. */
  readonly accepted: readonly string[];
}

/** Formats a memory for `binaryData`. */
export function formatMemory({ declared, absent }: TopicMemory): string {
  const names = [...declared].map(([name, list]): [string, string] => [list, name]).sort(byText);
  const times = [...absent]
    .map(([name, { list, since }]): [string, [string, number]] => [list, [name, since]])
    .sort(byText);
  const stored: Stored = {
    declared: Object.fromEntries(grouped(names)),
    absent: Object.fromEntries([...grouped(times)].map(([list, own]) => [list, Object.fromEntries(own)])),
    accepted: [...absent].filter(([, { isAccepted }]) => isAccepted).map(([name]) => name),
  };
  return gzipSync(JSON.stringify({ ...stored, accepted: [...stored.accepted].sort() })).toString('base64');
}

/** Parses a memory. Returns undefined if the text is damaged: no topic is then deleted that only the memory knows. */
export function parseMemory(text: string | undefined): TopicMemory | undefined {
  if (text === undefined) {
    return NO_MEMORY;
  }
  try {
    const json = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
    const { declared, absent, accepted } = JSON.parse(json) as Stored;
    if (![declared, absent, accepted].every((part) => typeof part === 'object' && part !== null)) {
      return undefined;
    }
    const isAccepted = new Set(accepted);
    const names = Object.entries(declared).flatMap(([list, own]) =>
      own.map((name): [string, string] => [String(name), list]),
    );
    const times = Object.entries(absent).flatMap(([list, own]) =>
      Object.entries(own)
        .filter(([, since]) => Number.isFinite(since))
        .map(([name, since]): [string, AbsentTopic] => [
          name,
          { since, list, isAccepted: isAccepted.has(name) },
        ]),
    );
    return { declared: new Map(names), absent: new Map(times) };
  } catch {
    return undefined;
  }
}

function grouped<T>(entries: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  entries.forEach(([key, value]) => {
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [value]);
    } else {
      group.push(value);
    }
  });
  return groups;
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
