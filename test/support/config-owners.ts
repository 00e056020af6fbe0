/*
 * Constructs with `config`, as the names of their owners in messages and the functions that check them.
 */
import { KafkaVersion } from '../../lib/kafka/kafka-version';
import { ServerSettings } from '../../lib/kafka/server-settings';
import { assertTopicSettings } from '../../lib/kafka/topic-settings';
import { assertClusterConfig } from '../../lib/kafka/user-settings';

export type Config = Record<string, string>;
export type Owner = [owner: string, check: (config: Config) => unknown];

const version = KafkaVersion.V4_4;

export const CLUSTER: Owner = [
  "cluster 'events'",
  (config) => assertClusterConfig(CLUSTER[0], { version, mode: 'kraft' }, config),
];
export const MAP: Owner = [
  "map 'streams'",
  (config) =>
    ServerSettings.ofBrokers({
      owner: MAP[0],
      version,
      vcpus: 4,
      internalTopicPartitions: 50,
      config,
      decided: {},
    }),
];
export const CONTROLLERS: Owner = [
  "the controllers of cluster 'events'",
  (config) => ServerSettings.ofControllers({ owner: CONTROLLERS[0], version, config, decided: {} }),
];
export const TOPIC: Owner = [
  "topic 'events.clicks'",
  (config) => assertTopicSettings(TOPIC[0], version, config),
];
