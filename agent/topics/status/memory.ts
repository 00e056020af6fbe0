/*
 * Text form of what runs remember: thousands of names in one key of a ConfigMap.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { NO_MEMORY, TopicMemory } from '../plan/prune';

/** Protects from a text that is not ours. */
const MAX_BYTES = 64 * 2 ** 20;

interface Stored {
  readonly declared: readonly string[];
  readonly absent: Readonly<Record<string, number>>;
  readonly listSizes: Readonly<Record<string, number>>;
}

/** Formats a memory for `binaryData`. */
export function formatMemory({ declared, absent, listSizes }: TopicMemory): string {
  const stored: Stored = {
    declared: [...declared].sort(),
    absent: Object.fromEntries([...absent].sort(([a], [b]) => (a < b ? -1 : 1))),
    listSizes: Object.fromEntries([...listSizes].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return gzipSync(JSON.stringify(stored)).toString('base64');
}

/** Parses a memory. Returns undefined if the text is damaged: no topic is then deleted that only the memory knows. */
export function parseMemory(text: string | undefined): TopicMemory | undefined {
  if (text === undefined) {
    return NO_MEMORY;
  }
  try {
    const json = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
    const { declared, absent, listSizes } = JSON.parse(json) as Stored;
    const times = Object.entries(absent).filter(([, since]) => Number.isFinite(since));
    return {
      declared: new Set(declared.map(String)),
      absent: new Map(times),
      listSizes: new Map(Object.entries(listSizes).filter(([, size]) => Number.isFinite(size))),
    };
  } catch {
    return undefined;
  }
}
