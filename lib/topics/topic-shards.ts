import { TopicDefinition } from './topic-definition';

// The limit of `configMap` less a margin for names and labels. The size of the escaped text counts, as there.
const MAX_BYTES = 200 * 1024;

/** Topics of a list, divided into files that fit into ConfigMaps. A topic stays in its file when others are added. */
export class TopicShards {
  private readonly shards: { readonly topics: TopicDefinition[]; bytes: number }[] = [];

  /** Number of files. */
  get count(): number {
    return this.shards.length;
  }

  /** Adds a topic to the last file, or to a new one. */
  add(topic: TopicDefinition): void {
    const bytes = Buffer.byteLength(JSON.stringify(line(topic))) + 4;
    const last = this.shards.at(-1);
    if (last && last.bytes + bytes <= MAX_BYTES) {
      last.topics.push(topic);
      last.bytes += bytes;
    } else {
      this.shards.push({ topics: [topic], bytes });
    }
  }

  /** Content of a file: JSON, one topic on each line, sorted by name. */
  render(index: number): string {
    const topics = this.shards[index]?.topics ?? [];
    const lines = [...topics].sort((a, b) => (a.name < b.name ? -1 : 1)).map(line);
    return `[\n${lines.join(',\n')}\n]\n`;
  }
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
