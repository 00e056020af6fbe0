import { DeclaredTopicConfig, MapConfig, TopicDefinitionConfig } from '../../../lib/seam/agent-config';
import { TopicPattern } from '../../../lib/seam/topic-patterns';
import { withTopicDefaults } from '../../../lib/seam/topic-rules';

/** The map of a topic, or the reason why it has none. */
export type Owner = { readonly map: MapConfig } | { readonly problem: string };

/** Finds the maps of topics. It matches exactly as the checks at synth. */
export class TopicOwners {
  private readonly maps: readonly { readonly map: MapConfig; readonly patterns: readonly TopicPattern[] }[];
  private readonly known = new Map<string, readonly MapConfig[]>();

  constructor(maps: readonly MapConfig[]) {
    this.maps = maps.map((map) => ({
      map,
      patterns: map.patterns.map((source) => TopicPattern.parse(source)),
    }));
  }

  /** All maps with a pattern that matches the topic. */
  mapsOf(topic: string): readonly MapConfig[] {
    const known = this.known.get(topic);
    if (known !== undefined) {
      return known;
    }
    const found = this.maps
      .filter(({ patterns }) => patterns.some((pattern) => pattern.matches(topic)))
      .map(({ map }) => map);
    this.known.set(topic, found);
    return found;
  }

  /** The map of a topic. */
  ownerOf(topic: string): Owner {
    const found = this.mapsOf(topic);
    if (found.length === 1) {
      return { map: found[0] };
    }
    const names = found.map(({ name }) => name).join(' and ');
    return {
      problem:
        found.length === 0
          ? 'it matches no map; rename it, or add a pattern to a map'
          : `it matches maps ${names}; narrow the patterns of one of them`,
    };
  }
}

/** A declared topic with the defaults of its map, or the reason why it is not complete. */
export function withDefaults(
  declared: DeclaredTopicConfig,
  { name, topicDefaults }: MapConfig,
): TopicDefinitionConfig | { readonly problem: string } {
  const topic = withTopicDefaults(declared, topicDefaults);
  const { partitions, replicationFactor } = topic;
  if (partitions === undefined || replicationFactor === undefined) {
    const property = partitions === undefined ? 'partitions' : 'replicationFactor';
    return {
      problem: `it has no ${property}, and map ${name} has no default; add it to the topic, or to topicDefaults of the map`,
    };
  }
  return { ...topic, partitions, replicationFactor };
}
