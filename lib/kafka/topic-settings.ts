/*
 * Checks of the settings of a topic. Kafka rejects a topic with a setting that it does not know, hours after synth, when the topic
 * synchronization creates the topic.
 */
import { nearest } from '../input/nearest';
import { KAFKA_LINES } from './kafka-settings';
import { KafkaVersion } from './kafka-version';
import { Settings } from './properties';
import { Refusal, assertNone, shown } from './refusals';
import { javaTrim, valueRefusal } from './setting-values';
import { TOPIC_SETTING_VALUES } from './topic-setting-values';
import { stringRefusal, withAdvice } from './user-settings';
import { isKnown, linesWith, settingNames } from './version-settings';

/** Settings that images other than Kafka's own know, or that Kafka does not document. */
const FOREIGN = /^(confluent|internal)\./;

/** Largest edit distance of a misspelled name. */
const MAX_DISTANCE = 2;

/** Topic settings whose name is not that of the broker setting without `log.`. */
const BY_BROKER_SETTING: Readonly<Record<string, string>> = {
  'log.cleaner.delete.retention.ms': 'delete.retention.ms',
  'log.cleaner.max.compaction.lag.ms': 'max.compaction.lag.ms',
  'log.cleaner.min.cleanable.ratio': 'min.cleanable.dirty.ratio',
  'log.cleaner.min.compaction.lag.ms': 'min.compaction.lag.ms',
  'log.flush.interval.messages': 'flush.messages',
  'log.flush.interval.ms': 'flush.ms',
  'log.index.size.max.bytes': 'segment.index.bytes',
  'log.retention.hours': 'retention.ms',
  'log.retention.minutes': 'retention.ms',
  'log.roll.hours': 'segment.ms',
  'log.roll.jitter.hours': 'segment.jitter.ms',
  'log.roll.jitter.ms': 'segment.jitter.ms',
  'log.roll.ms': 'segment.ms',
  'log.segment.delete.delay.ms': 'file.delete.delay.ms',
  'message.max.bytes': 'max.message.bytes',
};

const SECRET_REMEDY = 'remove it: clients that can describe the topic could read it too';

/** @throws when Kafka would reject the settings for a topic */
export function assertTopicSettings(owner: string, version: KafkaVersion, config: Settings): void {
  assertNone(owner, topicSettingRefusals(version, config));
}

/** Refusals of settings that Kafka would reject for a topic. */
export function topicSettingRefusals(version: KafkaVersion, config: Settings): Refusal[] {
  const found = Object.entries<unknown>(config).flatMap(([name, value]) =>
    withAdvice(
      value,
      (one) => stringRefusal(name, one, SECRET_REMEDY) ?? settingRefusal(version, name, one as string),
    ),
  );
  return found.length > 0 ? found : lagRefusals(config);
}

function settingRefusal(version: KafkaVersion, name: string, value: string): Refusal | undefined {
  return (
    nameRefusal(version, name, value) ??
    policyRefusal(name, value) ??
    valueRefusal(version, name, value, TOPIC_SETTING_VALUES) ??
    throttleRefusal(name, value)
  );
}

/** Kafka accepts an empty list. The other lists of topics are replicas that are throttled, which can be none. */
function policyRefusal(name: string, value: string): Refusal | undefined {
  return name === 'cleanup.policy' && javaTrim(value) === ''
    ? {
        name,
        problem: `${shown(value)}, so that Kafka would neither delete nor compact records, and the disks would fill`,
        remedy: "write 'delete', 'compact' or 'compact,delete'",
      }
    : undefined;
}

/** Kafka describes these lists in words only. */
function throttleRefusal(name: string, value: string): Refusal | undefined {
  const isList = value.split(',').every((item) => /^(\d+:\d+)?$/.test(item.trim()));
  return /^(leader|follower)\.replication\.throttled\.replicas$/.test(name) && !isList && value.trim() !== '*'
    ? {
        name,
        problem: shown(value),
        remedy: "write '*', or a list such as '0:1001,1:1002' (partition:broker)",
      }
    : undefined;
}

/** Refusals of settings that Kafka compares with each other. */
export function lagRefusals(config: Settings): Refusal[] {
  const [name, other] = ['min.compaction.lag.ms', 'max.compaction.lag.ms'];
  const [least = '0', most] = [config[name], config[other]];
  return most !== undefined && Number(least) > Number(most)
    ? [
        {
          name,
          problem: `${shown(least)}, and '${other}' is '${most}'`,
          remedy: `lower it to ${most} or less`,
        },
      ]
    : [];
}

function nameRefusal(version: KafkaVersion, name: string, value: string): Refusal | undefined {
  const names = settingNames(version, TOPIC_SETTING_VALUES);
  if (names.includes(name) || FOREIGN.test(name)) {
    return undefined;
  }
  const other = linesWith(version, name, TOPIC_SETTING_VALUES);
  if (other?.removedIn !== undefined && isInNewestVersion(name)) {
    // A setting can come with the patch version of an older minor version.
    return undefined;
  }
  if (other?.removedIn !== undefined) {
    return { name, problem: `${shown(value)}, and Kafka ${other.removedIn} removed it`, remedy: 'remove it' };
  }
  if (other !== undefined) {
    const problem = `${shown(value)}, and Kafka ${version.version} does not have it`;
    return { name, problem, remedy: `remove it, or upgrade to Kafka ${other.since}` };
  }
  const ofTopics = BY_BROKER_SETTING[name] ?? name.replace(/^log\./, '');
  if (settingNames(version).includes(name)) {
    return {
      name,
      problem: `${shown(value)}, which is a setting of brokers`,
      remedy: names.includes(ofTopics)
        ? `write '${ofTopics}'${/(hours|minutes)$/.test(name) ? ', in milliseconds' : ''}`
        : 'set it in KafkaCluster.config',
    };
  }
  const similar = nearest(name, names, MAX_DISTANCE);
  // A newer version can have more settings.
  return isKnown(version) || similar !== undefined
    ? {
        name,
        problem: `${shown(value)}, and Kafka ${version.version} has no such setting of topics`,
        remedy: similar === undefined ? 'remove it' : `write '${similar}'`,
      }
    : undefined;
}

function isInNewestVersion(name: string): boolean {
  const newest = KAFKA_LINES[KAFKA_LINES.length - 1];
  return TOPIC_SETTING_VALUES.some(({ lines, names }) => lines.includes(newest) && names.includes(name));
}
