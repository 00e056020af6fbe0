/*
 * Checks of topics against the maps of their cluster. Thousands of topics can have the same problem, so a message is about all
 * topics that have it.
 */
import { IConstruct } from 'constructs';
import { RegisteredMap } from '../cluster/cluster-registry';
import { zoneLossWarning } from '../cluster/internal-topic-settings';
import { cut } from '../input/format';
import { warnAtSynth } from '../input/warnings';
import { Settings } from '../kafka/properties';
import { TopicDefinition } from './topic-definition';

/** Errors and warnings of topics on the maps of a cluster. */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
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
  topics: readonly TopicDefinition[],
  maps: readonly RegisteredMap[],
  clusterSettings: Settings,
): Findings {
  const errors = new Messages();
  const warnings = new Messages();
  for (const topic of topics) {
    const map = maps.find(({ patterns }) => patterns.some((pattern) => pattern.matches(topic.name)));
    if (map) {
      errorsOf(topic, map).forEach((error) => errors.add(error, topic));
      warningsOf(topic, map, clusterSettings).forEach((warning) => warnings.add(warning, topic));
    } else {
      errors.add(NO_MAP, topic);
    }
  }
  const known = maps.map(describe).join('; ') || '(no maps)';
  return {
    errors: errors.texts((text) => (text === NO_MAP ? `${text}${known}` : text)),
    warnings: warnings.texts(),
  };
}

const NO_MAP = 'no map has a pattern that matches; rename the topic or add a pattern to one of: ';

function describe({ name, patterns }: RegisteredMap): string {
  const sources = patterns.slice(0, MAX_PATTERNS).map(({ source }) => cut(source));
  const more = patterns.length - sources.length;
  return `${name} (${sources.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}

function errorsOf({ replicationFactor }: TopicDefinition, { name, brokerIds }: RegisteredMap): string[] {
  return replicationFactor > brokerIds.count
    ? [
        `replicationFactor is ${replicationFactor}, and map '${name}' has ${brokerIds.count} brokers (${brokerIds}); lower ` +
          'replicationFactor, or add brokers to the map',
      ]
    : [];
}

/** Warnings of a topic, worded for several topics. */
function warningsOf(topic: TopicDefinition, map: RegisteredMap, clusterSettings: Settings): string[] {
  const { replicationFactor } = topic;
  const minInSync = Number(topic.config?.['min.insync.replicas'] ?? clusterSettings['min.insync.replicas']);
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
  private readonly topicsByText = new Map<string, string[]>();

  add(text: string, { name }: TopicDefinition): void {
    const topics = this.topicsByText.get(text) ?? [];
    this.topicsByText.set(text, topics);
    topics.push(name);
  }

  texts(complete: (text: string) => string = (text) => text): string[] {
    return [...this.topicsByText].map(([text, topics]) => `${listOf(topics)}: ${complete(text)}`);
  }
}

function listOf(topics: readonly string[]): string {
  const names = topics.slice(0, MAX_NAMES).map((name) => `'${name}'`);
  const more = topics.length - names.length;
  return `topic${topics.length === 1 ? '' : 's'} ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
