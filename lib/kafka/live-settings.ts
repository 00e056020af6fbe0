/*
 * Which settings brokers change while they run, and which wait for a restart. Kafka says what it can change; the
 * exceptions here are its own words too, or come from who else changes them.
 */
import { KafkaVersion } from './kafka-version';
import { LiveSettings, OTHER_UNITS } from '../seam/agent-config';
import { knownMinorVersion } from './kafka-line';
import { DYNAMIC_SETTINGS } from './kafka-settings';
import { REFERENCE, Settings } from './properties';

/**
 * Settings that are changed for all brokers at once. Controllers act on them as well, and a value of one broker only would
 * not reach them; with eligible leader replicas they even refuse it for `min.insync.replicas`.
 */
const OF_THE_CLUSTER = ['min.insync.replicas', 'unclean.leader.election.enable'];

/** Settings that Kafka could change, and agents leave alone. */
const LEFT_ALONE = [
  // What they load has settings of its own, which only a start brings.
  'config.providers',
  'metric.reporters',
  // Tools set them for the time of a reassignment, and take them away after it.
  'follower.replication.throttled.rate',
  'leader.replication.throttled.rate',
  'replica.alter.log.dirs.io.max.bytes.per.second',
];

/** Listeners that run keep these, whatever Kafka lets one set: new values are for new listeners. */
const OF_LISTENERS = /^(advertised\.)?listener|^(principal|sasl|ssl)\./;

/** Threads and connections, which a controller has too. */
const OF_CONTROLLERS = /^(background|max\.connection|num\.)/;

/** Another unit of a setting that changes live, and beside that an interval of its own, read at the start. */
const READ_AT_THE_START_TOO = 'log.flush.scheduler.interval.ms';

/** What agents make brokers of a version use while they run. References are left out: only Kafka knows their values. */
export function liveSettings(version: KafkaVersion, settings: Settings): LiveSettings {
  const names = liveNames(version, settings);
  const valuesOf = (some: readonly string[]) =>
    Object.fromEntries(some.map((name) => [name, settings[name] ?? null]));
  return {
    broker: valuesOf(names.filter((name) => !OF_THE_CLUSTER.includes(name))),
    cluster: valuesOf(names.filter((name) => OF_THE_CLUSTER.includes(name))),
  };
}

/** The settings whose change needs a restart of brokers. */
export function restartSettings(version: KafkaVersion, settings: Settings): Settings {
  return without(liveNames(version, settings), settings);
}

/**
 * The settings whose change needs a restart of controllers. No agent changes theirs; but what only brokers act on is no
 * reason to restart them, and settings of the whole cluster come to both.
 */
export function controllerRestartSettings(version: KafkaVersion, settings: Settings): Settings {
  const idle = liveNames(version, settings).filter(
    (name) => !OF_THE_CLUSTER.includes(name) && !OF_CONTROLLERS.test(name),
  );
  return without(idle, settings);
}

function without(names: readonly string[], settings: Settings): Settings {
  const left = new Set(names.filter((name) => name !== READ_AT_THE_START_TOO));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !left.has(name)));
}

/** Other units included; a reference in one of them holds all of them back. */
function liveNames(version: KafkaVersion, settings: Settings): string[] {
  return namesOf(version)
    .map((name) => [name, ...(OTHER_UNITS[name] ?? [])])
    .filter((units) => units.every((name) => !REFERENCE.test(settings[name] ?? '')))
    .flat();
}

function namesOf(version: KafkaVersion): string[] {
  const line = knownMinorVersion(version);
  return DYNAMIC_SETTINGS.filter(({ lines }) => lines.includes(line))
    .flatMap(({ names }) => names)
    .filter((name) => !LEFT_ALONE.includes(name) && !OF_LISTENERS.test(name))
    .sort();
}
