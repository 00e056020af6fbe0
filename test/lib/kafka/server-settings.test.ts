/*
 * Settings of the servers of one StatefulSet: layers, defaults, and agreement between brokers and controllers.
 */
import fc from 'fast-check';
import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { KNOWN_SETTINGS, knownSetting } from '../../../lib/kafka/known-settings';
import { Settings } from '../../../lib/kafka/properties';
import {
  BrokerSettingsOptions,
  ServerSettings,
  ServerSettingsOptions,
} from '../../../lib/kafka/server-settings';
import { messageOf } from '../../support/testing';

const MAP = "map 'streams'";
const CONTROLLERS = "the controllers of cluster 'events'";

function brokers(options: Partial<BrokerSettingsOptions> = {}): ServerSettings {
  return ServerSettings.ofBrokers({
    owner: MAP,
    version: KafkaVersion.V4_4,
    vcpus: 4,
    internalTopicPartitions: 50,
    decided: {},
    ...options,
  });
}

function controllers(options: Partial<ServerSettingsOptions> = {}): ServerSettings {
  return ServerSettings.ofControllers({
    owner: CONTROLLERS,
    version: KafkaVersion.V4_4,
    decided: {},
    ...options,
  });
}

const KINDS: [servers: string, of: (options: Partial<ServerSettingsOptions>) => ServerSettings][] = [
  ['brokers', brokers],
  ['controllers', controllers],
];

test('default settings of brokers', () => {
  expect(brokers().effective).toEqual({
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'num.recovery.threads.per.data.dir': '4',
    'offsets.topic.num.partitions': '50',
    'offsets.topic.replication.factor': '32767',
    'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    'share.coordinator.state.topic.num.partitions': '50',
    'share.coordinator.state.topic.replication.factor': '32767',
    'socket.connection.setup.timeout.max.ms': '4000',
    'socket.connection.setup.timeout.ms': '2000',
    'transaction.state.log.num.partitions': '50',
    'transaction.state.log.replication.factor': '32767',
    'unclean.leader.election.enable': 'false',
  });
});

test('default settings of controllers', () => {
  expect(controllers().effective).toEqual({
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'socket.connection.setup.timeout.max.ms': '4000',
    'socket.connection.setup.timeout.ms': '2000',
    'unclean.leader.election.enable': 'false',
  });
});

test.each([
  [0.1, '2'],
  [2, '2'],
  [3.9, '3'],
  [8, '8'],
  [96, '8'],
])('with %d CPUs, %s threads recover a disk', (vcpus, threads) => {
  expect(brokers({ vcpus }).effective['num.recovery.threads.per.data.dir']).toBe(threads);
});

test.each([
  [KafkaVersion.V3_9, 0],
  [KafkaVersion.V4_0, 0],
  [KafkaVersion.V4_1, 2],
  [KafkaVersion.V4_4, 2],
])(
  '$0.version has settings of the share-group topic only if it supports share groups',
  (version, expected) => {
    const names = Object.keys(brokers({ version }).effective);

    expect(names.filter((name) => name.startsWith('share.'))).toHaveLength(expected);
  },
);

describe.each(KINDS)('layers of %s', (_, of) => {
  const name = 'socket.connection.setup.timeout.ms';

  test('config of the cluster overrides a default', () => {
    const { user, effective } = of({ clusterConfig: { [name]: '3000' } });

    expect(user).toEqual({ [name]: '3000' });
    expect(effective[name]).toBe('3000');
  });

  test('config of these servers overrides config of the cluster', () => {
    const { user, effective } = of({
      clusterConfig: { [name]: '3000', 'num.io.threads': '9' },
      config: { [name]: '2500' },
    });

    expect(user).toEqual({ [name]: '2500', 'num.io.threads': '9' });
    expect(effective).toMatchObject(user);
  });

  test('constructs override the user', () => {
    const { user, effective } = of({
      clusterConfig: { 'super.users': 'User:root' },
      decided: { 'super.users': 'User:events-brokers;User:root' },
    });

    expect(user['super.users']).toBe('User:root');
    expect(effective['super.users']).toBe('User:events-brokers;User:root');
  });

  test('no value of the user means no settings of the user', () => {
    expect(of({}).user).toEqual({});
  });

  test('one replica in config of the cluster lowers the default of min.insync.replicas', () => {
    expect(of({ clusterConfig: { 'default.replication.factor': '1' } }).effective).toMatchObject({
      'default.replication.factor': '1',
      'min.insync.replicas': '1',
    });
  });
});

test('the user overrides defaults of the metadata store', () => {
  const defaults = { 'zookeeper.connection.timeout.ms': '60000' };

  expect(brokers({ defaults }).effective).toMatchObject(defaults);
  expect(brokers({ defaults, config: { 'zookeeper.connection.timeout.ms': '9' } }).effective).toMatchObject({
    'zookeeper.connection.timeout.ms': '9',
  });
});

test('controllers have settings of the cluster that only brokers read', () => {
  const { effective } = controllers({ clusterConfig: { 'log.retention.hours': '48' } });

  expect(effective['log.retention.hours']).toBe('48');
});

test('fails when controllers of a newer version do not accept config of the cluster', () => {
  const options = {
    version: KafkaVersion.V4_0,
    clusterConfig: { 'group.coordinator.append.linger.ms': '-1' },
  };

  expect(messageOf(() => controllers(options))).toBe(
    `setting 'group.coordinator.append.linger.ms' of ${CONTROLLERS} is '-1', which Kafka 4.0.2 does not accept; ` +
      'write a whole number from 0 to 2147483647',
  );
});

describe('for any config', () => {
  const shared = KNOWN_SETTINGS.filter(({ scope }) => scope === 'cluster').flatMap(({ names }) =>
    names instanceof RegExp ? [] : names,
  );
  const free = ['num.io.threads', 'log.retention.ms', 'socket.connection.setup.timeout.ms', 'a.plugin'];
  const number = fc.integer({ min: 1, max: 100 }).map(String);
  const configOf = (names: readonly string[]) =>
    fc.dictionary(fc.constantFrom(...names), number, { noNullPrototype: true });
  const clusterConfig = configOf([...shared, ...free]).map((config) =>
    Object.fromEntries(Object.entries(config).map(([name, value]) => [name, valid(name, value)])),
  );

  /** A value that Kafka accepts. */
  function valid(name: string, value: string): string {
    return name.endsWith('.enable') || name.endsWith('.if.no.acl.found')
      ? String(Number(value) % 2 === 0)
      : value;
  }

  test('brokers and controllers have the same values of all settings of the cluster', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(clusterConfig, configOf(free), configOf(free), (ofCluster, ofMap, ofControllers) => {
        const ours = brokers({ clusterConfig: ofCluster, config: ofMap }).effective;
        const theirs = controllers({ clusterConfig: ofCluster, config: ofControllers }).effective;

        for (const name of shared) {
          expect([name, ours[name]]).toEqual([name, theirs[name]]);
          if (ours[name] !== undefined) {
            seen.add(name);
          }
        }
      }),
    );
    expect([...seen].sort()).toEqual([...shared].sort());
  });

  test.each(KINDS)('%s never accept a setting of the cluster in their own config', (_, of) => {
    fc.assert(
      fc.property(fc.constantFrom(...shared), number, configOf(free), (name, value, others) => {
        const config = { ...others, [name]: valid(name, value) };

        expect(messageOf(() => of({ config }))).toMatch(
          new RegExp(`^setting '${name}' of .* but .*; set it in KafkaCluster.config$`),
        );
      }),
    );
  });

  test.each(KINDS)('settings of %s depend on nothing but their layers', (_, of) => {
    const layer = fc.oneof(configOf(free), fc.constant<Settings | undefined>(undefined));
    fc.assert(
      fc.property(clusterConfig, layer, configOf(['log.dirs', 'listeners']), (ofCluster, config, decided) => {
        const { user, effective } = of({ clusterConfig: ofCluster, config, decided });

        expect(user).toEqual({ ...ofCluster, ...config });
        expect(effective).toEqual({ ...of({}).effective, ...minInSyncOf(effective), ...user, ...decided });
      }),
    );
  });

  /** Its default depends on the number of replicas. */
  function minInSyncOf(settings: Settings): Settings {
    return { 'min.insync.replicas': settings['min.insync.replicas'] };
  }

  test('a setting of the cluster is never one that constructs decide', () => {
    expect(shared.filter((name) => knownSetting(name, 'decidedBy'))).toEqual([]);
  });
});
