/*
 * Settings of the Kafka servers of one StatefulSet. A setting that no source defines has Kafka's default.
 */
import { LiveSettings, SETTING_SYNONYMS } from '../seam/agent-config';
import { KafkaVersion } from './kafka-version';
import { knownSetting } from './known-settings';
import { Settings } from './properties';
import { hasReference } from './references';
import { clusterSettings } from './replication-settings';
import { providerWarnings, settingWarnings } from './setting-names';
import { assertValues } from './setting-values';
import { ConfigFacts, assertServerConfig } from './user-settings';
import { liveSettingNames } from './version-settings';

/** Settings of the servers of one StatefulSet, by their source. */
export interface ServerSettingsOptions extends ConfigFacts {
  /** The construct, for messages: "map 'streams'". */
  readonly owner: string;
  /** Config of these servers only. It overrides the config of the cluster. */
  readonly config?: Settings;
  /** Settings that constructs decide. They override the user's. */
  readonly decided: Settings;
}

/** Settings of the brokers of one map, by their source. */
export interface BrokerSettingsOptions extends ServerSettingsOptions {
  /** CPUs of each broker. */
  readonly vcpus: number;
  /** Number of partitions of each internal topic. */
  readonly internalTopicPartitions: number;
  /** Defaults of the metadata store. */
  readonly defaults?: Settings;
}

/** Settings of the Kafka servers of one StatefulSet. */
export class ServerSettings {
  /**
   * Settings of the brokers of one map.
   *
   * @throws when `config` has a setting that is not allowed there, or a value that Kafka does not accept
   */
  public static ofBrokers(options: BrokerSettingsOptions): ServerSettings {
    const { version, vcpus, internalTopicPartitions, defaults, decided } = options;
    const user = userSettings(options, ['cluster', 'controllers']);
    const effective = {
      ...CONNECTION_SETTINGS,
      ...brokerSettings(version, vcpus, internalTopicPartitions),
      ...defaults,
      ...clusterSettings(user),
      ...decided,
    };
    const live = liveNames(version, effective);
    return new ServerSettings(
      user,
      effective,
      restartSettings(effective, live),
      warningsOf(options, user),
      liveSettings(effective, live),
    );
  }

  /**
   * Settings of the controllers of a cluster. They have the whole config of the cluster: a controller ignores the settings
   * that only brokers read.
   *
   * @throws when `config` has a setting that is not allowed there, or a value that Kafka does not accept
   */
  public static ofControllers(options: ServerSettingsOptions): ServerSettings {
    const user = userSettings(options, ['cluster']);
    const effective = { ...CONNECTION_SETTINGS, ...clusterSettings(user), ...options.decided };
    return new ServerSettings(
      user,
      effective,
      controllerRestartSettings(options.version, effective),
      warningsOf(options, user),
    );
  }

  private constructor(
    /** Settings of the user: config of the cluster, overridden by config of these servers. */
    public readonly user: Settings,
    /** All settings of server.properties: defaults, overridden by the user's, overridden by what constructs decide. */
    public readonly effective: Settings,
    /** The effective settings whose change needs a restart. */
    public readonly restart: Settings,
    /** Warnings about settings of these servers that have no effect. */
    public readonly warnings: readonly string[],
    /** Settings that agents change while brokers run; undefined for controllers, which only read settings at the start. */
    public readonly live?: LiveSettings,
  ) {}
}

function userSettings(options: ServerSettingsOptions, scopes: readonly string[]): Settings {
  const { owner, version, clusterConfig, config = {} } = options;
  const written = { ...options.written, ...options.decided };
  assertServerConfig(owner, { ...options, written }, config, scopes);
  const user = { ...clusterConfig, ...config };
  // Controllers can have another version than the brokers, for which the config of the cluster was checked.
  assertValues(owner, version, user);
  // A user can repeat what constructs decide. Some servers have another value, such as that of internal topics.
  return filterNames(user, (name) => knownSetting(name, 'decidedBy') === undefined);
}

/** Warnings about settings of these servers; those of the cluster are reported once, by the KafkaCluster. */
function warningsOf(
  { clusterConfig, config = {}, ...facts }: ServerSettingsOptions,
  user: Settings,
): string[] {
  const { owner } = facts;
  const ofCluster = new Set(providerWarnings(owner, clusterConfig ?? {}));
  const ofServers = providerWarnings(owner, user).filter((warning) => !ofCluster.has(warning));
  return [...settingWarnings(owner, facts, config), ...ofServers];
}

/** Default settings of brokers and controllers. */
const CONNECTION_SETTINGS: Settings = {
  // A node without power does not reject connections. By default Kafka would wait 10 s, then up to 30 s, for a dead controller,
  // and a broker would find the new leader only after its session of 9 s has expired.
  'socket.connection.setup.timeout.ms': '2000',
  'socket.connection.setup.timeout.max.ms': '4000',
};

/** Default settings of brokers. */
function brokerSettings(version: KafkaVersion, vcpus: number, internalTopicPartitions: number): Settings {
  const internalTopics = [
    'offsets.topic',
    'transaction.state.log',
    ...(version.supportsShareGroups ? ['share.coordinator.state.topic'] : []),
  ];
  return {
    // Consumers with a client.rack read from a replica in their zone: less latency and no traffic between zones.
    'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    // Threads that recover logs after a crash and flush them before a stop. A broker is alone on its node, so it can use all
    // CPUs. Kafka's default is 1 or 2 threads for each disk. More than 8 threads do not make a disk faster.
    'num.recovery.threads.per.data.dir': String(Math.min(8, Math.max(2, Math.floor(vcpus)))),
    // Kafka would create the topic on the brokers of any map.
    'auto.create.topics.enable': 'false',
    ...Object.assign({}, ...internalTopics.map((prefix) => internalTopic(prefix, internalTopicPartitions))),
  };
}

// The largest value that Kafka accepts. No cluster has as many brokers, so coordinators never create their topics
// themselves, on the brokers of any map. Clients retry until the agent has created them on the right map.
const IMPOSSIBLE_FACTOR = '32767';

// A coordinator that starts before its topic exists reads the number of partitions from here and keeps it.
function internalTopic(prefix: string, partitions: number): Settings {
  return {
    [`${prefix}.num.partitions`]: String(partitions),
    [`${prefix}.replication.factor`]: IMPOSSIBLE_FACTOR,
  };
}

/** Settings that agents change while brokers run. Null means Kafka's default. */
function liveSettings(settings: Settings, names: readonly string[]): LiveSettings {
  const ofCluster = names.filter((name) => knownSetting(name, 'live')?.live === 'cluster');
  const valuesOf = (some: readonly string[]) =>
    Object.fromEntries(some.map((name) => [name, settings[name] ?? null]));
  return {
    broker: valuesOf(names.filter((name) => !ofCluster.includes(name))),
    cluster: valuesOf(ofCluster),
  };
}

/** Settings that may wait for the next start: one controller that answers is enough to find the others. */
const NEXT_START = ['controller.quorum.bootstrap.servers'];

/** Settings whose change needs a restart of brokers. */
function restartSettings(settings: Settings, names: readonly string[]): Settings {
  const live = new Set([...names, ...NEXT_START]);
  return filterNames(settings, (name) => !live.has(name) || knownSetting(name, 'readAtStart') !== undefined);
}

/**
 * Settings whose change needs a restart of controllers. Agents change no setting of controllers, and controllers do not read
 * all settings.
 */
function controllerRestartSettings(version: KafkaVersion, settings: Settings): Settings {
  const restart = restartSettings(settings, liveNames(version, settings));
  return filterNames(
    settings,
    (name) => Object.hasOwn(restart, name) || knownSetting(name, 'readByControllers') !== undefined,
  );
}

/** Names of live settings with their synonyms. Only Kafka can resolve a reference, so it excludes all synonyms. */
function liveNames(version: KafkaVersion, settings: Settings): string[] {
  return liveSettingNames(version)
    .map((name) => [name, ...(SETTING_SYNONYMS[name] ?? [])])
    .filter((synonyms) =>
      synonyms.every((name) => settings[name] === undefined || !hasReference(settings[name])),
    )
    .flat();
}

function filterNames(settings: Settings, isIncluded: (name: string) => boolean): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => isIncluded(name)));
}
