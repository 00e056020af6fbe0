import { TopicDefinition } from './topic-definition';

// Well below what `configMap` takes; as there, what counts is the size of the escaped text.
const LIMIT = 200 * 1024;

/** Writes topics as JSON, one per line and sorted, into as many files as it takes. */
export function shard(topics: readonly TopicDefinition[]): string[] {
  const lines = [...topics].sort((a, b) => (a.name < b.name ? -1 : 1)).map(line);
  const files: string[][] = [[]];
  let size = 0;
  for (const text of lines) {
    const added = Buffer.byteLength(JSON.stringify(text)) + 4;
    if (size + added > LIMIT && files[files.length - 1].length > 0) {
      files.push([]);
      size = 0;
    }
    files[files.length - 1].push(text);
    size += added;
  }
  return files.map((file) => `[\n${file.join(',\n')}\n]\n`);
}

function line({ name, partitions, replicationFactor, config }: TopicDefinition): string {
  const settings = Object.entries(config ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({
    name,
    partitions,
    replicationFactor,
    ...(settings.length > 0 ? { config: Object.fromEntries(settings) } : {}),
  });
}
