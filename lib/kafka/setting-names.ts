/*
 * Settings without an effect: Kafka accepts any name, because a plug-in can read it.
 */
import { nearest } from '../input/nearest';
import { MetadataMode } from '../seam/agent-config';
import { knownSetting } from './known-settings';
import { STORE, modeOf } from './mode-settings';
import { Settings } from './properties';
import { providersIn } from './references';
import { javaTrim } from './setting-values';
import { KafkaVersion } from './kafka-version';
import { VersionedName, linesWith, settingNames } from './version-settings';

/** The servers that read a setting. */
interface Readers {
  readonly version: KafkaVersion;
  /** Metadata store of the cluster; undefined if it is not known. */
  readonly mode?: MetadataMode;
}

/** Warnings about settings of a user that have no effect. */
export function settingWarnings(owner: string, readers: Readers, config: Settings): string[] {
  return Object.keys(config)
    .filter((name) => knownSetting(name, 'decidedBy') === undefined)
    .flatMap((name) => {
      const reason = reasonWithoutEffect(name, readers);
      return reason === undefined ? [] : [`setting '${name}' of ${owner} has no effect: ${reason}`];
    });
}

/** Reason why a setting has no effect, with advice; undefined if it can have one. */
export function reasonWithoutEffect(name: string, { version, mode }: Readers): string | undefined {
  return reasonFor(name, version, modeOf(version, mode));
}

/**
 * Warnings about references to config providers that are not loaded: Kafka then uses the text of the reference itself.
 *
 * @param config all settings of a server that a user gave
 */
export function providerWarnings(owner: string, config: Settings): string[] {
  const loaded = new Set((config['config.providers'] ?? '').split(',').map(javaTrim));
  const missing = Object.entries(config).flatMap(([name, value]) =>
    providersIn(value)
      .filter((provider) => !loaded.has(provider))
      .map((provider) => `setting '${name}' of ${owner} refers to the config provider '${provider}'`),
  );
  return missing.map(
    (found) =>
      `${found}, which is not loaded, so Kafka would use the text of the reference; add it to 'config.providers'`,
  );
}

/** Listener and mechanism before the name of a setting. */
const LISTENER = /^listener\.name\.[^.]+\.((scram-sha-\d+|plain|oauthbearer|gssapi)\.)?/i;

/** Prefixes of the settings of plug-ins that many clusters have. */
const PLUG_IN =
  /^(confluent|config\.providers|client\.quota\.callback|cruise\.control|metrics\.reporter|kafka\.metrics|opa|ranger|strimzi|rsm\.config|rlmm\.config|ssl\.engine\.factory)\./;

/** Settings that only one metadata store reads. */
const ONLY_WITH: Readonly<Record<MetadataMode, RegExp>> = {
  kraft:
    /^(broker\.(heartbeat\.interval|session\.timeout)\.ms|controller\.(performance|quorum)\..*|initial\.broker\.registration\.timeout\.ms|metadata\..*)$/,
  zookeeper: /^(zookeeper\..*|controlled\.shutdown\.(max\.retries|retry\.backoff\.ms))$/,
};

/** Settings that Kafka 3.0 removed. Versions before 3.9 are not in the tables. */
const REMOVED_IN_3_0 = [
  'advertised.host.name',
  'advertised.port',
  'host.name',
  'port',
  'quota.consumer.default',
  'quota.producer.default',
];

/** Largest edit distance of a misspelled name. */
const MAX_DISTANCE = 2;

function reasonFor(name: string, version: KafkaVersion, mode: MetadataMode | undefined): string | undefined {
  const own = name.replace(LISTENER, '');
  if (settingNames(version).includes(own)) {
    return knownReason(name, mode);
  }
  if (REMOVED_IN_3_0.includes(own)) {
    return 'Kafka 3.0 removed it; remove it';
  }
  const other = linesWith(version, own);
  if (other !== undefined) {
    return versionReason(other, version);
  }
  const ofServers = `log.${own}`;
  if (settingNames(version).includes(ofServers)) {
    return `it is a setting of topics; the setting of brokers is '${ofServers}'`;
  }
  const similar = PLUG_IN.test(name) ? undefined : nearest(own, settingNames(version), MAX_DISTANCE);
  return similar && `Kafka ${version.version} has no such setting; did you mean '${similar}'?`;
}

function knownReason(name: string, mode: MetadataMode | undefined): string | undefined {
  const other = mode === 'kraft' ? 'zookeeper' : 'kraft';
  return mode !== undefined && ONLY_WITH[other].test(name) && !ONLY_WITH[mode].test(name)
    ? `it is for clusters with ${STORE[other]}, and this one has ${STORE[mode]}; remove it`
    : undefined;
}

function versionReason({ since, removedIn }: VersionedName, { version }: KafkaVersion): string {
  return removedIn === undefined
    ? `Kafka ${since} introduced it, and this is Kafka ${version}; remove it, or upgrade`
    : `Kafka ${removedIn} removed it; remove it`;
}
