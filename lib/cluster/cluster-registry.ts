import { cut, format } from '../input/format';
import { Kind, text } from '../input/kinds';
import { NodeIds } from '../kafka/node-ids';
import { TopicDefaultsConfig } from '../seam/agent-config';
import { TopicPattern, INTERNAL_TOPICS } from '../seam/topic-patterns';

const PATTERN_TEXT = text('events-.*');

/** The kind of a topic pattern: text, because other languages of jsii have other regular expressions. */
export const TOPIC_PATTERN: Kind<string> = {
  ...PATTERN_TEXT,
  assert: (what, value) => {
    if (Object.prototype.toString.call(value) === '[object RegExp]') {
      const { source, ignoreCase } = value as RegExp;
      const escaped = source.replace(/[\\']/g, '\\$&');
      throw new Error(
        `${what} is ${format(value)}; write it as text: '${ignoreCase ? '(?i)' : ''}${escaped}'`,
      );
    }
    PATTERN_TEXT.assert(what, value);
  },
};

/** Ids of a group of servers: the brokers of a map, or the controllers. */
interface IdClaim {
  readonly owner: string;
  readonly ids: NodeIds;
}

/** A map with its topics. */
export interface RegisteredMap {
  readonly name: string;
  readonly brokerIds: NodeIds;
  readonly zones: readonly string[];
  readonly patterns: readonly TopicPattern[];
  /** Values for topics that do not set their own; absent if the map has none. */
  readonly topicDefaults?: TopicDefaultsConfig;
}

/** Names, ids and topic patterns of one cluster, which must not overlap. */
export class ClusterRegistry {
  private readonly claims: IdClaim[] = [];
  private readonly byName = new Map<string, RegisteredMap>();

  constructor(private readonly clusterName: string) {}

  /** Maps in the order in which they were defined. */
  get maps(): RegisteredMap[] {
    return [...this.byName.values()];
  }

  /** @throws when another group of servers of the cluster has one of the ids */
  claimIds(owner: string, ids: NodeIds): void {
    const other = this.claims.find((claim) => claim.ids.overlaps(ids));
    if (other) {
      throw new Error(
        `ids ${ids} of ${owner} overlap ids ${other.ids} of ${other.owner}; ` +
          'each server needs its own id, so use a separate range',
      );
    }
    this.claims.push({ owner, ids });
  }

  /** Number of brokers of all maps. */
  get brokerCount(): number {
    return [...this.byName.values()].reduce((sum, { brokerIds }) => sum + brokerIds.count, 0);
  }

  /** @throws when the cluster has a map with that name or one of the ids */
  addMap(name: string, brokerIds: NodeIds, zones: readonly string[]): void {
    if (this.byName.has(name)) {
      throw new Error(`mapName '${name}' is used twice in cluster '${this.clusterName}'; use another name`);
    }
    this.claimIds(`brokers '${name}'`, brokerIds);
    this.byName.set(name, { name, brokerIds, zones, patterns: [] });
  }

  /** True if the map has topic patterns. */
  hasTopics(name: string): boolean {
    return (this.byName.get(name)?.patterns.length ?? 0) > 0;
  }

  /** Sets the values for topics of a map that do not set their own. */
  setTopicDefaults(name: string, topicDefaults: TopicDefaultsConfig): void {
    this.byName.set(name, { ...this.byName.get(name)!, topicDefaults });
  }

  /** @throws when a pattern is not a regular expression, or matches an internal topic or a topic of another pattern */
  addTopics(name: string, sources: readonly string[]): void {
    const map = this.byName.get(name)!;
    const patterns = sources.map((source) => TopicPattern.parse(source));
    patterns.forEach((pattern, index) => {
      this.assertNoInternalTopic(map, pattern);
      assertDisjoint(map, pattern, map, patterns.slice(0, index));
      for (const other of this.byName.values()) {
        assertDisjoint(map, pattern, other, other.patterns);
      }
    });
    this.byName.set(name, { ...map, patterns: [...map.patterns, ...patterns] });
  }

  private assertNoInternalTopic(map: RegisteredMap, pattern: TopicPattern): void {
    const internal = INTERNAL_TOPICS.find((topic) => pattern.matches(topic));
    if (internal !== undefined) {
      throw new Error(
        `topic pattern '${cut(pattern.source)}' of map '${map.name}' matches the internal topic '${internal}'; ` +
          "internalTopics decides where internal topics are, so exclude them, for example with '[^_].*'",
      );
    }
  }
}

function assertDisjoint(
  map: RegisteredMap,
  pattern: TopicPattern,
  other: RegisteredMap,
  otherPatterns: readonly TopicPattern[],
): void {
  for (const otherPattern of otherPatterns) {
    const topic = pattern.commonTopic(otherPattern);
    if (topic !== undefined) {
      throw new Error(
        `topic pattern '${cut(pattern.source)}' of map '${map.name}' and '${cut(otherPattern.source)}' of map '${other.name}' ` +
          `both match '${topic}'; a topic belongs to one map, so narrow one of the patterns`,
      );
    }
  }
}
