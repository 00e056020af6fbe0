/*
 * Maximum lengths of names. Kubernetes accepts some names that are too long and fails later, when it creates pods.
 */
import { cut } from '../../../lib/input/format';
import { ApiObject, Chart } from 'cdk8s';
import { NodeIds, TopicConfigMap, TopicDefinition, ZookeeperEnsemble } from '../../../lib';
import { newBrokers, newCluster, newMap, newTopicSync, newZookeeperCluster } from '../../support/cases';
import { Manifest, collectWarnings, messageOf, newChart, ofKind, synth } from '../../support/testing';

const HIGHEST_ID = NodeIds.between(2147483645, 2147483647);
const letters = (count: number) => 'x'.repeat(count);

/** Checks lengths as the API server and the controllers of Kubernetes do. */
function assertValid(chart: Chart): void {
  const objects = synth(chart);
  const lengths = (kind: string) => ofKind(objects, kind).map(({ metadata }) => metadata.name.length);
  expect(Math.max(0, ...lengths('StatefulSet'))).toBeLessThanOrEqual(52);
  expect(Math.max(0, ...lengths('CronJob'))).toBeLessThanOrEqual(52);
  expect(Math.max(0, ...lengths('Service'))).toBeLessThanOrEqual(63);
  expect(Math.max(...objects.map(({ metadata }) => metadata.name.length))).toBeLessThanOrEqual(253);
  for (const { metadata, spec } of ofKind(objects, 'StatefulSet')) {
    const last = `${metadata.name}-${spec.ordinals.start + spec.replicas - 1}`;
    expect(last.length).toBeLessThanOrEqual(63);
    // The StatefulSet controller adds a label with this value.
    expect(`${metadata.name}-${letters(10)}`.length).toBeLessThanOrEqual(63);
  }
  for (const label of objects.flatMap(({ metadata }) => Object.values<string>(metadata.labels))) {
    expect(label.length).toBeLessThanOrEqual(63);
  }
}

test('clusterName and mapName have at most 52 characters together, with the highest id', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newCluster(chart, { clusterName: letters(40) });
  newMap(cluster, { mapName: letters(11), brokerIds: HIGHEST_ID });

  // THEN
  assertValid(chart);
});

test('fails when clusterName and mapName have one character more', () => {
  const cluster = newCluster(newChart(), { clusterName: letters(40) });

  expect(messageOf(() => newMap(cluster, { mapName: letters(12) }))).toBe(
    `StatefulSet name '${letters(40)}-${letters(12)}' has 53 characters, at most 52 are allowed; shorten clusterName or mapName by 1`,
  );
});

test('fails when clusterName is too long for controllers', () => {
  expect(messageOf(() => newCluster(newChart(), { clusterName: letters(41) }))).toBe(
    `StatefulSet name '${letters(41)}-controllers' has 53 characters, at most 52 are allowed; shorten clusterName by 1`,
  );
});

test('clusterName has at most 50 characters on ZooKeeper', () => {
  // GIVEN
  const chart = newChart();
  newMap(newZookeeperCluster(chart, { clusterName: letters(50) }), { mapName: 'm' });

  // THEN
  assertValid(chart);
});

test('fails when clusterName is too long for its Services', () => {
  newZookeeperCluster(newChart(), { clusterName: letters(53) });

  expect(messageOf(() => newZookeeperCluster(newChart(), { clusterName: letters(54) }))).toBe(
    `Service name '${letters(54)}-bootstrap' has 64 characters, at most 63 are allowed; shorten clusterName by 1`,
  );
});

test('clusterName has at most 45 characters with a TopicSyncCronJob', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newZookeeperCluster(chart, { clusterName: letters(45) });
  newMap(cluster, { mapName: 'm' });
  newTopicSync(cluster);

  // THEN
  assertValid(chart);
});

test('fails when clusterName is too long for a CronJob', () => {
  const cluster = newZookeeperCluster(newChart(), { clusterName: letters(46) });

  expect(messageOf(() => newTopicSync(cluster))).toBe(
    `CronJob name '${letters(46)}-topics' has 53 characters, at most 52 are allowed; shorten clusterName by 1`,
  );
});

test('fails when clusterName and clientName are too long for the Secret of a client', () => {
  const define = (length: number) => () =>
    newCluster(newChart(), { clients: [{ clientName: letters(length) }] });

  expect(messageOf(define(49))).toBe('nothing was thrown');
  expect(messageOf(define(50))).toBe(
    `Secret name 'events-client-${letters(50)}' has 64 characters, at most 63 are allowed; shorten clusterName or clientName by 1`,
  );
});

test('ensembleName has at most 52 characters', () => {
  const chart = newChart();
  const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper', { ensembleName: letters(52) });
  newMap(newZookeeperCluster(chart, { zookeeper }));

  assertValid(chart);
});

test('fails when ensembleName has one character more', () => {
  const define = () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { ensembleName: letters(53) });

  expect(messageOf(define)).toBe(
    `StatefulSet name '${letters(53)}' has 53 characters, at most 52 are allowed; shorten ensembleName by 1`,
  );
});

describe('host names of pods', () => {
  // DNS allows 253 characters, and 63 in each label.
  const domainFor = (rest: number) => `${letters(253 - rest - 4).replace(/(?<=^(?:.{50})+)./g, '.')}.com`;
  const ofBroker = 'events-streams-1003.events-brokers.kafka.svc.'.length;
  const ofController = 'events-controllers-1.events-controllers.kafka.svc.'.length;
  const ofZookeeper = 'zookeeper-1.zookeeper-servers.kafka.svc.'.length;
  const tooLong = (host: string) =>
    `host name '${cut(host)}' has 254 characters, at most 253 are allowed; ` +
    'shorten the names in it, the namespace or the cluster domain by 1';

  test('of brokers have at most 253 characters', () => {
    const with253 = (more: string) => {
      const clusterDomain = `${more}${domainFor(ofBroker)}`;
      const chart = newChart();
      const zookeeper = new ZookeeperEnsemble(chart, 'Zookeeper', { clusterDomain });
      return newBrokers(newZookeeperCluster(chart, { zookeeper }));
    };

    expect(messageOf(() => with253(''))).toBe('nothing was thrown');
    expect(messageOf(() => with253('x'))).toBe(
      tooLong(`events-streams-1003.events-brokers.kafka.svc.x${domainFor(ofBroker)}`),
    );
  });

  test('of controllers have at most 253 characters', () => {
    const with253 = (more: string) =>
      newCluster(newChart(), { clusterDomain: `${more}${domainFor(ofController)}` });

    expect(messageOf(() => with253(''))).toBe('nothing was thrown');
    expect(messageOf(() => with253('x'))).toBe(
      tooLong(`events-controllers-1.events-controllers.kafka.svc.x${domainFor(ofController)}`),
    );
  });

  test('of ZooKeeper servers have at most 253 characters', () => {
    const with253 = (more: string) =>
      new ZookeeperEnsemble(newChart(), 'Zookeeper', { clusterDomain: `${more}${domainFor(ofZookeeper)}` });

    expect(messageOf(() => with253(''))).toBe('nothing was thrown');
    expect(messageOf(() => with253('x'))).toBe(
      tooLong(`zookeeper-1.zookeeper-servers.kafka.svc.x${domainFor(ofZookeeper)}`),
    );
  });
});

describe('configMapName', () => {
  afterEach(() => void jest.restoreAllMocks());

  const config = { 'leader.replication.throttled.replicas': Array<string>(250).fill('0:1').join(',') };
  // The hashes of some names begin with four bits that divide a ConfigMap.
  const many: TopicDefinition[] = Array.from({ length: 2000 }, (_, index) => ({
    name: `topic-${index}`,
    partitions: 1,
    replicationFactor: 3,
    config,
  }));
  const listOf = (length: number, topics: TopicDefinition[]) => {
    const chart = newChart();
    const cluster = newCluster(chart);
    newMap(cluster, { topicPatterns: ['topic-.*'] });
    return new TopicConfigMap(chart, 'TopicList', { cluster, configMapName: letters(length), topics });
  };

  test.each<[length: number, many: string, topics: TopicDefinition[]]>([
    [253, 'no topics', []],
    [248, 'many topics', many],
  ])('of %i characters with %s: names of ConfigMaps have at most 253 characters', (length, _, topics) => {
    collectWarnings();
    const list = listOf(length, topics);

    assertValid(Chart.of(list));
    expect(Math.max(...list.configMapNames.map((name) => name.length))).toBe(253);
  });

  test.each<[length: number, suffix: string, topics: TopicDefinition[]]>([
    [254, '', []],
    [249, '-0000', many],
  ])("fails with %i characters when a ConfigMap has the suffix '%s'", (length, suffix, topics) => {
    expect(messageOf(() => listOf(length, topics))).toBe(
      `name of a topic list '${cut(`${letters(length)}${suffix}`)}' has 254 characters, at most 253 are allowed; shorten configMapName by 1`,
    );
  });
});

describe('maps with names of other objects', () => {
  test.each<[mapName: string, clash: string, other: string]>([
    ['controllers', "ServiceAccount 'events-controllers'", 'test/Kafka/Controllers'],
    ['agent', "ConfigMap 'events-agent'", 'test/Kafka'],
    ['agent-shared', "ConfigMap 'events-agent-shared'", 'test/Kafka'],
    ['topics', "ServiceAccount 'events-topics'", 'test/Topics'],
    ['topic-list', "ConfigMap 'events-topic-list'", 'test/TopicList'],
    ['topics-program', "ConfigMap 'events-topics-program'", 'test/Topics'],
  ])('fails when a map has the name %s', (mapName, clash, other) => {
    const chart = newChart();
    const cluster = newCluster(chart);
    newTopicSync(cluster, []);

    expect(messageOf(() => newMap(cluster, { mapName }))).toBe(
      `${clash} of namespace 'kafka' is defined by 'test/${mapName}/Brokers' and by '${other}'; give one of them another name`,
    );
  });

  test('fails when the ledger of one map has the name of the configuration of another', () => {
    const cluster = newCluster(newChart());
    newMap(cluster);

    expect(
      messageOf(() =>
        newMap(cluster, {
          mapName: 'streams-ledger',
          topicPatterns: ['x'],
          brokerIds: NodeIds.between(2001, 2003),
        }),
      ),
    ).toBe(
      "ConfigMap 'events-streams-ledger' of namespace 'kafka' is defined by 'test/streams-ledger/Brokers' " +
        "and by 'test/Map/Brokers'; give one of them another name",
    );
  });

  test('fails when maps of two clusters have the same object names', () => {
    const chart = newChart();
    newMap(newCluster(chart, { clusterName: 'a' }), { mapName: 'b-c' });

    expect(messageOf(() => newMap(newCluster(chart, { clusterName: 'a-b' }), { mapName: 'c' }))).toBe(
      "ServiceAccount 'a-b-c' of namespace 'kafka' is defined by 'test/c/Brokers' and by 'test/b-c/Brokers'; " +
        'give one of them another name',
    );
  });

  test('a map can have the name brokers', () => {
    const chart = newChart();
    newMap(newCluster(chart), { mapName: 'brokers' });

    const names = synth(chart).map(({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('objects of users', () => {
  test.each([
    ['ConfigMap', 'events-streams-ledger', 'test/Map/Brokers'],
    ['Secret', 'events-ca', 'test/Certificates of Kafka'],
    ['Service', 'events-bootstrap', 'test/Kafka'],
  ])('fails when a %s has the name %s', (kind, name, owner) => {
    const chart = newChart();
    newMap(newCluster(chart));
    new ApiObject(chart, 'Own', { apiVersion: 'v1', kind, metadata: { name } });

    expect(messageOf(() => synth(chart))).toContain(
      `${kind} '${name}' of namespace 'kafka' is defined by '${owner}' and by 'test/Own'; give one of them another name`,
    );
  });

  test('other names and other namespaces are possible', () => {
    const chart = newChart();
    newMap(newCluster(chart));
    const objects = [{ name: 'own' }, { name: 'events-bootstrap', namespace: 'other' }];
    objects.forEach((metadata, index) => {
      new ApiObject(chart, `Own${index}`, { apiVersion: 'v1', kind: 'Service', metadata });
    });

    expect(messageOf(() => synth(chart))).toBe('nothing was thrown');
  });
});
