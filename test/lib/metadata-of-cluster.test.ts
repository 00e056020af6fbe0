/*
 * A cluster and where it keeps its metadata: what they must agree on, and what they may not share.
 */
import { App, Chart } from 'cdk8s';
import { ControllerQuorum, InterBrokerSecurity, KafkaVersion, MetadataMode, ZookeeperEnsemble } from '../../lib';
import { newBrokers, newCluster, newMap, newZookeeperCluster } from '../support/cases';
import { noPositiveInteger } from '../support/messages';
import { messageOf, newChart, settingsOf, synth } from '../support/testing';

const version = KafkaVersion.V4_4;

test('fails when zookeeper.session.timeout.ms of the cluster is no whole number above zero', () => {
  const config = { 'zookeeper.session.timeout.ms': '6 s' };

  expect(messageOf(() => newZookeeperCluster(newChart(), { config }))).toBe(
    noPositiveInteger("cluster 'events'", 'zookeeper.session.timeout.ms', '6 s'),
  );
});

test('fails when the controllers serve another cluster', () => {
  const chart = newChart();
  const metadata = new ControllerQuorum(chart, 'Controllers', { clusterName: 'other', version });

  expect(messageOf(() => newCluster(chart, { metadata }))).toBe(
    "metadata of cluster 'events' is the ControllerQuorum of cluster 'other'; " +
      'a quorum serves one cluster, so give both the same clusterName',
  );
});

describe('controllers and brokers', () => {
  const clusterWith = (ofControllers: string, ofBrokers: string) => {
    const chart = newChart();
    const metadata = new ControllerQuorum(chart, 'Controllers', {
      clusterName: 'events',
      version: KafkaVersion.of(ofControllers),
    });
    return newCluster(chart, { metadata, version: KafkaVersion.of(ofBrokers) });
  };

  test.each([
    ['4.3.1', '4.4.0'],
    ['4.4.0', '4.4.1'],
    ['3.9.2', '4.0.0'],
  ])(
    'fail when controllers run %s and brokers %s: controllers are upgraded first',
    (ofControllers, ofBrokers) => {
      expect(messageOf(() => clusterWith(ofControllers, ofBrokers))).toBe(
        `cluster 'events' runs Kafka ${ofBrokers} and its controllers ${ofControllers}; ` +
          'controllers are upgraded first, so give them the same version or a newer one',
      );
    },
  );

  test.each([
    ['4.4.0', '4.4.0'],
    ['4.4.1', '4.4.0'],
    ['4.4.0', '4.3.1'],
    ['4.0.0', '3.9.2'],
  ])('may run %s and %s', (ofControllers, ofBrokers) => {
    expect(clusterWith(ofControllers, ofBrokers).version.version).toBe(ofBrokers);
  });
});

test('fails when metadata is a KRaft quorum of another package, and does not attach to it', () => {
  const attach = jest.fn();
  const metadata = { mode: MetadataMode.KRAFT, servers: [], brokerSettings: () => ({}), attach };

  expect(messageOf(() => newCluster(newChart(), { metadata }))).toBe(
    'metadata is a KRaft quorum of an unknown kind; use the ControllerQuorum of this package, and see that the package ' +
      'is installed only once',
  );
  expect(attach).not.toHaveBeenCalled();
});

test('fails when metadata is a ZooKeeper ensemble of another copy of the package', () => {
  const metadata = {
    mode: MetadataMode.ZOOKEEPER,
    ensembleName: 'zookeeper',
    servers: [],
    brokerSettings: () => ({}),
    attach: () => undefined,
  };

  expect(messageOf(() => newCluster(newChart(), { metadata, version: KafkaVersion.V3_9 }))).toBe(
    'metadata is a ZookeeperEnsemble of another copy of this package; see that the package is installed only once',
  );
});

describe.each([InterBrokerSecurity.MUTUAL_TLS, InterBrokerSecurity.PLAINTEXT])(
  'in another namespace than the cluster, with traffic %s',
  (interBrokerSecurity) => {
    test('controllers fail', () => {
      const metadata = new ControllerQuorum(newChart('meta'), 'Controllers', {
        clusterName: 'events',
        version,
        interBrokerSecurity: interBrokerSecurity,
      });

      expect(messageOf(() => newCluster(newChart(), { metadata, interBrokerSecurity: interBrokerSecurity }))).toBe(
        "cluster 'events' is in namespace 'kafka' and its ControllerQuorum in 'meta', where NetworkPolicies and Secrets are " +
          'out of reach of its brokers; put both into one namespace',
      );
    });

    test('a ZooKeeper ensemble fails', () => {
      const metadata = new ZookeeperEnsemble(newChart('zoo'), 'Zookeeper', { interBrokerSecurity: interBrokerSecurity });

      expect(messageOf(() => newZookeeperCluster(newChart(), { metadata, interBrokerSecurity: interBrokerSecurity }))).toBe(
        "cluster 'events' is in namespace 'kafka' and its ZooKeeper ensemble 'zookeeper' in 'zoo', where NetworkPolicies and " +
          'Secrets are out of reach of its brokers; put both into one namespace',
      );
    });
  },
);

describe('two clusters', () => {
  function inTwoNamespaces(): Chart[] {
    const app = new App();
    return ['first', 'second'].map((namespace) => new Chart(app, namespace, { namespace }));
  }

  test('fail when they share controllers', () => {
    // GIVEN
    const [first, second] = inTwoNamespaces();
    const metadata = new ControllerQuorum(first, 'Controllers', { clusterName: 'events', version });
    newCluster(first, { metadata });

    // THEN
    expect(messageOf(() => newCluster(second, { metadata }))).toBe(
      "the ControllerQuorum of cluster 'events' serves another KafkaCluster already; give each cluster its own",
    );
  });

  test('fail when they share their name and a ZooKeeper ensemble', () => {
    // GIVEN
    const [first, second] = inTwoNamespaces();
    const metadata = new ZookeeperEnsemble(first, 'Zookeeper');
    newZookeeperCluster(first, { metadata });

    // THEN
    expect(messageOf(() => newZookeeperCluster(second, { metadata }))).toBe(
      "ZooKeeper ensemble 'zookeeper' keeps two clusters of the name 'events', which would share their metadata; " +
        'choose another clusterName, or give each an ensemble of its own',
    );
  });

  test('may share a name when each has a ZooKeeper ensemble of its own', () => {
    expect(messageOf(() => inTwoNamespaces().forEach((chart) => newZookeeperCluster(chart)))).toBe(
      'nothing was thrown',
    );
  });
});

test('a cluster that was refused is not kept: the same metadata can serve the corrected one', () => {
  // GIVEN
  const chart = newChart();
  const metadata = new ZookeeperEnsemble(chart, 'Zookeeper');
  expect(messageOf(() => metadata.attach('events', KafkaVersion.V4_4))).toContain('gave up in 4.0');

  // THEN
  expect(messageOf(() => metadata.attach('events', KafkaVersion.V3_9))).toBe('nothing was thrown');
});

test.each([KafkaVersion.V4_0, KafkaVersion.V4_4])(
  'fails when a version without ZooKeeper gets one (%#)',
  (release) => {
    const chart = newChart();
    const metadata = new ZookeeperEnsemble(chart, 'Zookeeper');

    expect(messageOf(() => newCluster(chart, { metadata, version: release }))).toBe(
      `cluster 'events' runs Kafka ${release.version} on a ZookeeperEnsemble, which Kafka gave up in 4.0; ` +
        'use KafkaVersion.V3_9, or a ControllerQuorum as metadata',
    );
  },
);

describe('a ControllerQuorum of your own', () => {
  function clusterWith(ofBrokers: Record<string, string>, ofControllers: Record<string, string> = {}) {
    const chart = newChart();
    const metadata = new ControllerQuorum(chart, 'Controllers', {
      clusterName: 'events',
      version,
      config: ofControllers,
    });
    return newCluster(chart, { metadata, config: ofBrokers });
  }

  const disagree = (setting: string, ours: string, theirs: string) =>
    `setting '${setting}' is ${ours === 'absent' ? ours : `'${ours}'`} in config of cluster 'events' and ${theirs} in config of its ControllerQuorum; ` +
    'brokers and controllers must agree, so give both the same value';

  test.each([
    ['default.replication.factor', '4', '3'],
    ['min.insync.replicas', '1', '2'],
    ['unclean.leader.election.enable', 'true', 'false'],
  ])('fails when it does not agree on %s, which has a default', (setting, other, chosen) => {
    expect(messageOf(() => clusterWith({ [setting]: other }))).toBe(disagree(setting, other, `'${chosen}'`));
    expect(messageOf(() => clusterWith({}, { [setting]: other }))).toBe(
      disagree(setting, chosen, `'${other}'`),
    );
    expect(messageOf(() => clusterWith({ [setting]: other }, { [setting]: other }))).toBe(
      'nothing was thrown',
    );
  });

  describe.each([
    ['alter.config.policy.class.name', 'One', 'Two'],
    ['auto.leader.rebalance.enable', 'true', 'false'],
    ['broker.session.timeout.ms', '1', '2'],
    ['create.topic.policy.class.name', 'One', 'Two'],
    ['delete.topic.enable', 'true', 'false'],
    ['leader.imbalance.check.interval.seconds', '1', '2'],
    ['leader.imbalance.per.broker.percentage', '1', '2'],
    ['num.partitions', '1', '2'],
    ['super.users', 'User:1', 'User:2'],
  ])('%s, which controllers read', (setting, one, two) => {
    test('fails when the cluster alone has it', () => {
      expect(messageOf(() => clusterWith({ [setting]: one }))).toBe(disagree(setting, one, 'absent'));
    });

    test('fails when both have it and differ', () => {
      expect(messageOf(() => clusterWith({ [setting]: one }, { [setting]: two }))).toBe(
        disagree(setting, one, `'${two}'`),
      );
    });

    test('may be the same on both, or for the controllers only', () => {
      expect(messageOf(() => clusterWith({ [setting]: one }, { [setting]: one }))).toBe('nothing was thrown');
      expect(messageOf(() => clusterWith({}, { [setting]: one }))).toBe('nothing was thrown');
    });
  });

  test.each(['allow.everyone.if.no.acl.found', 'authorizer.class.name', 'principal.builder.class'])(
    'fails when %s, by which rights are judged, is not the same on both',
    (setting) => {
      expect(messageOf(() => clusterWith({ [setting]: 'One' }))).toBe(disagree(setting, 'One', 'absent'));
      expect(messageOf(() => clusterWith({}, { [setting]: 'One' }))).toBe(
        disagree(setting, 'absent', "'One'"),
      );
      expect(messageOf(() => clusterWith({ [setting]: 'One' }, { [setting]: 'Two' }))).toBe(
        disagree(setting, 'One', "'Two'"),
      );
      expect(messageOf(() => clusterWith({ [setting]: 'One' }, { [setting]: 'One' }))).toBe(
        'nothing was thrown',
      );
    },
  );

  test('need not agree on what only one of them reads, and gets none of it', () => {
    const cluster = clusterWith({ 'log.retention.hours': '48' }, { 'metadata.log.segment.ms': '1' });
    newMap(cluster);

    const objects = synth(Chart.of(cluster));
    expect(settingsOf(objects, 'events-controllers')).not.toHaveProperty(['log.retention.hours']);
    expect(settingsOf(objects, 'events-streams')).not.toHaveProperty(['metadata.log.segment.ms']);
  });
});

test('brokers on ZooKeeper keep the data of each cluster apart', () => {
  // GIVEN
  const chart = newChart();
  const metadata = new ZookeeperEnsemble(chart, 'Zookeeper');
  newBrokers(newZookeeperCluster(chart, { metadata }));
  newBrokers(newZookeeperCluster(chart, { metadata, clusterName: 'other' }), { mapName: 'archive' });

  // THEN
  const servers = [1, 2, 3]
    .map((n) => `zookeeper-${n}.zookeeper-servers.kafka.svc.cluster.local:2182`)
    .join();
  const objects = synth(chart);
  expect(settingsOf(objects, 'events-streams')['zookeeper.connect']).toBe(`${servers}/events`);
  expect(settingsOf(objects, 'other-archive')['zookeeper.connect']).toBe(`${servers}/other`);
});
