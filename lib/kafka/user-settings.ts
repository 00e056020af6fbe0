/*
 * Checks of the settings that a user gives as `config`.
 */
import { KafkaVersion } from './kafka-version';
import { knownSetting } from './known-settings';
import { Settings } from './properties';
import { assertReplication } from './replication-settings';
import { assertValues } from './setting-values';

/** A value that consists of one reference to a config provider. */
const ONLY_REFERENCE = /^\$\{\w+:.*\}$/;

/** Largest int of Java. Kafka stores most numbers as ints. */
const MAX_INT = 2_147_483_647;

/**
 * Checks `config` of a KafkaCluster.
 *
 * @param owner the construct, for the message
 * @throws when a setting is not allowed there, or Kafka does not accept its value
 */
export function assertClusterConfig(owner: string, version: KafkaVersion, config: Settings): void {
  assertStrings(owner, config);
  assertNotDecided(owner, config);
  assertPositiveIntegers(owner, config);
  assertReplication(owner, config);
  assertValues(owner, version, config);
}

/**
 * Checks `config` of the brokers of one map, or of the controllers.
 *
 * @param owner the construct, for the message
 * @throws when a setting is not allowed there, or Kafka does not accept its value
 */
export function assertServerConfig(owner: string, version: KafkaVersion, config: Settings): void {
  assertStrings(owner, config);
  assertNotDecided(owner, config);
  assertNotOfCluster(owner, config);
  assertPositiveIntegers(owner, config);
  assertValues(owner, version, config);
}

function assertNotDecided(owner: string, config: Settings): void {
  for (const [name, value] of Object.entries(config)) {
    const known = knownSetting(name, 'decidedBy');
    if (known) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', but ${known.reason}; remove it and use ${known.decidedBy}`,
      );
    }
  }
}

function assertNotOfCluster(owner: string, config: Settings): void {
  for (const [name, value] of Object.entries(config)) {
    const known = knownSetting(name, 'scope');
    if (known) {
      throw new Error(
        `setting '${name}' of ${owner} is '${value}', but ${known.reason}; set it in KafkaCluster.config`,
      );
    }
  }
}

function assertPositiveIntegers(owner: string, config: Settings): void {
  for (const name of Object.keys(config)) {
    if (knownSetting(name, 'positiveInteger')) {
      positiveInteger(owner, config, name);
    }
  }
}

/** @throws when a setting cannot be written to a properties file, or is a secret that a ConfigMap would expose */
export function assertStrings(owner: string, settings: Settings): void {
  for (const [name, value] of Object.entries<unknown>(settings)) {
    if (!/^[A-Za-z0-9._-]+$/.test(name)) {
      throw new Error(
        `'${name}' in config of ${owner} is not a valid name of a setting; use letters, digits, '.', '-' and '_'`,
      );
    }
    if (knownSetting(name, 'secret') && !(typeof value === 'string' && ONLY_REFERENCE.test(value))) {
      throw new Error(
        `setting '${name}' of ${owner} is a secret, and a ConfigMap would expose it; remove it, or refer to it through a ` +
          "config provider: '${provider:path:key}'",
      );
    }
    if (typeof value !== 'string') {
      const isScalar = typeof value === 'number' || typeof value === 'boolean';
      throw new Error(
        `setting '${name}' of ${owner} is ${isScalar ? value : JSON.stringify(value)}, not a string; ` +
          `write ${isScalar ? `'${value}'` : 'a string, or remove the setting'}`,
      );
    }
  }
}

/**
 * A setting as a number; undefined if it is not set.
 *
 * @throws when it is not a whole number above zero
 */
export function positiveInteger(owner: string, settings: Settings, name: string): number | undefined {
  const text = settings[name];
  if (text !== undefined && (!/^[1-9]\d*$/.test(text) || Number(text) > MAX_INT)) {
    throw new Error(`setting '${name}' of ${owner} is '${text}'; write a whole number from 1 to ${MAX_INT}`);
  }
  return text === undefined ? undefined : Number(text);
}
