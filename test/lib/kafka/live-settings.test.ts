/*
 * Settings that agents change while brokers run, and settings whose change needs a restart.
 */
import fc from 'fast-check';
import { DYNAMIC_SETTINGS, KAFKA_LINES } from '../../../lib/kafka/kafka-settings';
import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { KNOWN_SETTINGS, knownSetting } from '../../../lib/kafka/known-settings';
import { isSecretSetting } from '../../../lib/kafka/secrets';
import { relationRefusals } from '../../../lib/kafka/setting-relations';
import { acceptedValues } from '../../../lib/kafka/version-settings';
import { Settings } from '../../../lib/kafka/properties';
import { ServerSettings } from '../../../lib/kafka/server-settings';
import { SETTING_SYNONYMS } from '../../../lib/seam/agent-config';

const VERSIONS = Object.values(KafkaVersion).filter((value) => value instanceof KafkaVersion);
const FIRST_AND_LAST = [KafkaVersion.V3_9, KafkaVersion.V4_4];

function brokers(clusterConfig: Settings, version = KafkaVersion.V4_4): ServerSettings {
  return ServerSettings.ofBrokers({
    owner: "map 'streams'",
    version,
    vcpus: 4,
    internalTopicPartitions: 50,
    clusterConfig,
    decided: { 'log.dirs': '/var/lib/kafka/disk-0' },
  });
}

function controllers(clusterConfig: Settings, version = KafkaVersion.V4_4): ServerSettings {
  return ServerSettings.ofControllers({
    owner: "the controllers of cluster 'events'",
    version,
    clusterConfig,
    decided: { 'process.roles': 'controller' },
  });
}

/** Names of the live settings of brokers. */
function liveNamesOf({ live }: ServerSettings): string[] {
  return [...Object.keys(live?.broker ?? {}), ...Object.keys(live?.cluster ?? {})];
}

test('the generated tables have every version', () => {
  const lines = VERSIONS.map(({ version }) => version.split('.').slice(0, 2).join('.'));

  expect(KAFKA_LINES).toEqual(lines);
});

test.each(FIRST_AND_LAST.map((version) => [version.version, version] as const))(
  'live settings of Kafka %s',
  (_, version) => {
    const { broker, cluster } = brokers({}, version).live!;

    expect({ broker: Object.keys(broker), cluster: Object.keys(cluster) }).toMatchSnapshot();
  },
);

test.each(FIRST_AND_LAST)(
  'agents of Kafka $version change no settings of listeners and none that tools set',
  (version) => {
    const names = liveNamesOf(brokers({}, version));

    expect(
      names.filter((name) => /listener|ssl|sasl|principal|throttled|reporters|providers/.test(name)),
    ).toEqual([]);
  },
);

test('a live setting has the value of server.properties, or null', () => {
  const { broker } = brokers({ 'num.io.threads': '16', 'num.partitions': '3' }).live!;

  expect(broker['num.io.threads']).toBe('16');
  expect(broker['num.network.threads']).toBeNull();
  expect(broker).not.toHaveProperty(['num.partitions']);
});

test('settings that controllers use too change for the whole cluster', () => {
  const { broker, cluster } = brokers({}).live!;

  expect(cluster).toEqual({ 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false' });
  expect(broker).not.toHaveProperty(['min.insync.replicas']);
});

test('the live settings include all synonyms of a dynamic setting', () => {
  const { broker } = brokers({ 'log.retention.hours': '48' }).live!;

  expect(broker).toMatchObject({
    'log.retention.ms': null,
    'log.retention.minutes': null,
    'log.retention.hours': '48',
  });
});

test('a reference in one synonym makes all of them wait for a restart', () => {
  const config = { 'log.retention.ms': '5', 'log.retention.hours': '${env:HOURS}' };
  const settings = brokers(config);

  expect(liveNamesOf(settings).filter((name) => name.startsWith('log.retention.'))).toEqual([
    'log.retention.bytes',
  ]);
  expect(settings.restart).toMatchObject(config);
});

test.each(['${file:/etc/x:threads}', '${env:X}'])('a reference waits for a restart: %s', (value) => {
  const settings = brokers({ 'num.io.threads': value });

  expect(liveNamesOf(settings)).not.toContain('num.io.threads');
  expect(settings.restart['num.io.threads']).toBe(value);
});

test('a synonym that is also read at the start needs a restart', () => {
  const config = {
    'log.roll.hours': '1',
    'log.retention.minutes': '1',
    'log.flush.scheduler.interval.ms': '1',
  };

  expect(Object.keys(brokers(config).restart).filter((name) => name in config)).toEqual([
    'log.flush.scheduler.interval.ms',
  ]);
});

test('controllers restart for settings that they use, and for no settings that only brokers use', () => {
  const used = {
    'background.threads': '11',
    'max.connections': '1000',
    'num.io.threads': '1',
    'num.partitions': '1',
    'unclean.leader.election.enable': 'true',
  };
  const unused = { 'log.retention.hours': '1', 'message.max.bytes': '1', 'remote.fetch.max.wait.ms': '1' };
  const { effective, restart } = controllers({ ...used, ...unused });

  expect(effective).toMatchObject(unused);
  expect(Object.keys(effective).filter((name) => !Object.hasOwn(restart, name))).toEqual(Object.keys(unused));
});

test('controllers have no live settings', () => {
  expect(controllers({ 'num.io.threads': '16' }).live).toBeUndefined();
});

test('a version newer than the generated tables has the live settings of the newest known version', () => {
  expect(brokers({}, KafkaVersion.of('4.9.0')).live).toEqual(brokers({}).live);
});

/** True if a small number does not fit the default of another setting. */
function isRelated(name: string): boolean {
  return ['0', '1', '6'].some((value) => relationRefusals({ [name]: value }).length > 0);
}

describe('for any config', () => {
  const names = [
    ...DYNAMIC_SETTINGS.flatMap((group) => group.names),
    ...Object.values(SETTING_SYNONYMS).flat(),
    ...KNOWN_SETTINGS.flatMap(({ names: some }) => (some instanceof RegExp ? [] : some)),
    'a.plugin.has.settings',
  ].filter((name) => !knownSetting(name, 'decidedBy') && !isSecretSetting(name) && !isRelated(name));

  const anyVersion = fc.constantFrom(...VERSIONS);
  const anyName = fc.constantFrom(...new Set(names));
  const anySeed = fc.nat({ max: 5 });
  const anyConfig = fc.dictionary(anyName, fc.oneof(anySeed, fc.constant('${env:VALUE}')), {
    noNullPrototype: true,
  });

  /** A value that a version accepts. */
  function valueOf(version: KafkaVersion, name: string, seed: number): string {
    const {
      type,
      min = 1,
      max = Infinity,
      oneOf = ['text'],
    } = acceptedValues(version, name) ?? {
      type: 'string',
    };
    switch (type) {
      case 'string':
      case 'list':
        return oneOf[seed % oneOf.length];
      case 'boolean':
        return String(seed % 2 === 0);
      default:
        return String(Math.min(min + seed, max));
    }
  }

  function configOf(version: KafkaVersion, config: Record<string, number | string>): Settings {
    const values = Object.entries(config).map(([name, value]) => [
      name,
      typeof value === 'number' ? valueOf(version, name, value) : value,
    ]);
    return Object.fromEntries(values);
  }

  const isReadAtStart = (name: string) => knownSetting(name, 'readAtStart') !== undefined;

  test('live and restart partition the effective settings of brokers', () => {
    fc.assert(
      fc.property(anyVersion, anyConfig, (version, config) => {
        const { effective, live, restart } = brokers(configOf(version, config), version);

        const changedLive = Object.entries({ ...live!.broker, ...live!.cluster }).filter(
          ([name, value]) => value !== null && !isReadAtStart(name),
        );
        const either = [...changedLive, ...Object.entries(restart)];
        expect(either.sort()).toEqual(Object.entries(effective).sort());
        expect(Object.keys(live!.broker).filter((name) => Object.hasOwn(live!.cluster, name))).toEqual([]);
      }),
    );
  });

  test('a change of a live setting never changes the restart settings of brokers', () => {
    fc.assert(
      fc.property(anyVersion, anyConfig, anySeed, fc.nat(), (version, config, seed, index) => {
        const before = configOf(version, config);
        const live = liveNamesOf(brokers(before, version)).filter(
          (name) => !isReadAtStart(name) && !isRelated(name),
        );
        const name = live[index % live.length];
        const after = { ...before, [name]: valueOf(version, name, seed) };

        expect(brokers(after, version).effective[name]).toBe(after[name]);
        expect(brokers(after, version).restart).toEqual(brokers(before, version).restart);
      }),
    );
  });

  test('a change of any other setting changes the restart settings of brokers', () => {
    fc.assert(
      fc.property(anyVersion, anyConfig, anyName, (version, config, name) => {
        const before = configOf(version, config);
        fc.pre(!liveNamesOf(brokers(before, version)).includes(name) || isReadAtStart(name));
        const after = { ...before, [name]: valueOf(version, name, 0) };
        fc.pre(before[name] !== after[name] && brokers(before, version).effective[name] !== after[name]);

        expect(brokers(after, version).restart).not.toEqual(brokers(before, version).restart);
      }),
    );
  });

  test('controllers restart for every setting that restarts brokers, and for live settings that they read', () => {
    fc.assert(
      fc.property(anyVersion, anyConfig, (version, config) => {
        const ofCluster = configOf(version, config);
        const { effective, restart } = controllers(ofCluster, version);
        const { restart: ofBrokers } = brokers(ofCluster, version);

        const expected = Object.keys(effective).filter(
          (name) =>
            name === 'process.roles' ||
            Object.hasOwn(ofBrokers, name) ||
            knownSetting(name, 'readByControllers') !== undefined,
        );
        expect(Object.keys(restart).sort()).toEqual(expected.sort());
      }),
    );
  });
});
