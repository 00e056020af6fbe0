/*
 * Checks of topics against the maps of their cluster, with the defaults of their map. Thousands of topics can have the same
 * problem, so a message is about all topics that have it. An error of a topic in a file has its own message, with the line.
 */
import { IConstruct } from 'constructs';
import { RegisteredMap } from '../cluster/cluster-registry';
import { zoneLossWarning } from '../cluster/internal-topic-settings';
import { cut } from '../input/format';
import { warnAtSynth } from '../input/warnings';
import { Settings } from '../kafka/properties';
import { lagRefusals } from '../kafka/topic-settings';
import { DeclaredTopicConfig } from '../seam/agent-config';
import { withTopicDefaults } from '../seam/topic-rules';

/** Errors and warnings of topics on the maps of a cluster. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
}

/** A topic of a list. */
export interface ListedTopic {
  readonly topic: DeclaredTopicConfig;
  /** Line of the file that declares it, `file:line`; undefined for a topic in code. */
  readonly line?: string;
}

/** Maximum number of names in a message. */
const MAX_NAMES = 5;
/** Maximum number of patterns of a map in a message. */
const MAX_PATTERNS = 20;

/** Reports findings at synth. */
export function reportAtSynth(scope: IConstruct, find: () => Findings): void {
  // Validations run in this order, and the check of thousands of topics takes a while.
  let findings: Findings = { errors: [], warnings: [] };
  scope.node.addValidation({
    validate: () => {
      findings = find();
      return findings.errors;
    },
  });
  warnAtSynth(scope, () => findings.warnings);
}

/** Checks topics against the maps of their cluster. */
export function checkTopicPlacement(
  topics: readonly ListedTopic[],
  maps: readonly RegisteredMap[],
  clusterSettings: Settings,
): Findings {
  const errors = new Messages();
  const warnings = new Messages();
  for (const listed of topics) {
    const { topic } = listed;
    const map = maps.find(({ patterns }) => patterns.some((pattern) => pattern.matches(topic.name)));
    if (map) {
      const complete = withTopicDefaults(topic, map.topicDefaults);
      errorsOf(complete, map).forEach((error) => errors.add(error, listed));
      warningsOf(complete, map, clusterSettings).forEach((warning) => warnings.add(warning, listed));
    } else {
      errors.add(NO_MAP, listed);
    }
  }
  const known = describedMaps(maps);
  return {
    errors: errors.ofLines((text) => (text === NO_MAP ? `${text}${known}` : text)),
    warnings: warnings.texts(),
  };
}

const NO_MAP = 'no map has a pattern that matches; rename the topic or add a pattern to one of: ';

/** Maps with their patterns, for messages. */
export function describedMaps(maps: readonly RegisteredMap[]): string {
  return maps.map(described).join('; ') || '(no maps)';
}

function described({ name, patterns }: RegisteredMap): string {
  const sources = patterns.slice(0, MAX_PATTERNS).map(({ source }) => cut(source));
  const more = patterns.length - sources.length;
  return `${name} (${sources.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}

/** A topic with the defaults of its map. */
type CompleteTopic = ReturnType<typeof withTopicDefaults>;

function errorsOf(topic: CompleteTopic, map: RegisteredMap): string[] {
  const { brokerIds, name, topicDefaults } = map;
  const missing = (['partitions', 'replicationFactor'] as const)
    .filter((property) => topic[property] === undefined)
    .map(
      (property) =>
        `${property} is not set, and map '${name}' has no default; set it for the topic, or set topicDefaults.${property} of the map`,
    );
  const { replicationFactor = 0 } = topic;
  const tooMany =
    replicationFactor > brokerIds.count
      ? [
          `replicationFactor is ${replicationFactor}, and map '${name}' has ${brokerIds.count} brokers (${brokerIds}); lower ` +
            'replicationFactor, or add brokers to the map',
        ]
      : [];
  // Without defaults, the settings of the topic are compared where it is declared.
  const refusals = topicDefaults?.config === undefined ? [] : lagRefusals(topic.config);
  const lags = refusals.map(
    ({ name: setting, problem, remedy }) =>
      `setting '${setting}' with topicDefaults of map '${name}' ${problem}; ${remedy}`,
  );
  return [...missing, ...tooMany, ...lags];
}

/** Warnings of a topic, worded for several topics. */
function warningsOf(topic: CompleteTopic, map: RegisteredMap, clusterSettings: Settings): string[] {
  const { config, replicationFactor } = topic;
  if (replicationFactor === undefined) {
    return [];
  }
  const minInSync = Number(config['min.insync.replicas'] ?? clusterSettings['min.insync.replicas']);
  const found: string[] = [];
  // Kafka never requires more replicas in sync than a partition has.
  if (replicationFactor === 1) {
    found.push('each partition has one replica, so it is unavailable while its broker restarts');
  } else if (minInSync >= replicationFactor) {
    found.push(
      `all ${replicationFactor} replicas must be in sync (min.insync.replicas ${minInSync}), so writes with acks=all to a ` +
        'partition fail while one of its brokers restarts',
    );
  }
  if (map.zones.length > 0 && replicationFactor > map.zones.length) {
    found.push(zoneLossWarning(map, replicationFactor));
  }
  return found;
}

/** Messages with the topics that they are about. */
class Messages {
  private readonly topicsByText = new Map<string, ListedTopic[]>();

  add(text: string, listed: ListedTopic): void {
    const topics = this.topicsByText.get(text) ?? [];
    this.topicsByText.set(text, topics);
    topics.push(listed);
  }

  /** A message about all topics that have the same problem. */
  texts(): string[] {
    return [...this.topicsByText].map(([text, topics]) => `${listOf(topics)}: ${text}`);
  }

  /** A message about each topic in a file, and a message about all others that have the same problem. */
  ofLines(complete: (text: string) => string): string[] {
    return [...this.topicsByText].flatMap(([text, topics]) => {
      const inCode = topics.filter(({ line }) => line === undefined);
      const inFiles = topics.filter(({ line }) => line !== undefined);
      return [
        ...(inCode.length > 0 ? [`${listOf(inCode)}: ${complete(text)}`] : []),
        ...inFiles.map(({ line, topic }) => `${line}: topic '${topic.name}': ${complete(text)}`),
      ];
    });
  }
}

function listOf(topics: readonly ListedTopic[]): string {
  const names = topics
    .slice(0, MAX_NAMES)
    .map(({ line, topic }) => `'${topic.name}'${line === undefined ? '' : ` (${line})`}`);
  const more = topics.length - names.length;
  return `topic${topics.length === 1 ? '' : 's'} ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
