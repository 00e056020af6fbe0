/*
 * The longest names that are accepted, and that one more character is not. Kubernetes takes some of them too long and
 * fails later, when pods are made.
 */
import { Chart } from 'cdk8s';
import { NodeIds, TopicConfigMap, TopicDefinition, TopicSyncCronJob, ZookeeperEnsemble } from '../../../lib';
import { newBrokers, newCluster, newMap, newTopicSync, newZookeeperCluster } from '../../support/cases';
import { Manifest, messageOf, newChart, ofKind, synth } from '../../support/testing';

const HIGHEST_ID = NodeIds.between(2147483645, 2147483647);
const letters = (count: number) => 'x'.repeat(count);

/** Checks what the API server and the controllers check. */
function assertLegal(chart: Chart): void {
  const objects = synth(chart);
  const lengths = (kind: string) => ofKind(objects, kind).map(({ metadata }) => metadata.name.length);
  expect(Math.max(0, ...lengths('StatefulSet'))).toBeLessThanOrEqual(52);
  expect(Math.max(0, ...lengths('CronJob'))).toBeLessThanOrEqual(52);
  expect(Math.max(0, ...lengths('Service'))).toBeLessThanOrEqual(63);
  expect(Math.max(...objects.map(({ metadata }) => metadata.name.length))).toBeLessThanOrEqual(253);
  for (const { metadata, spec } of ofKind(objects, 'StatefulSet')) {
    const last = `${metadata.name}-${spec.ordinals.start + spec.replicas - 1}`;
    expect(last.length).toBeLessThanOrEqual(63);
    // The StatefulSet controller sets these labels of its own.
    expect(`${metadata.name}-${letters(10)}`.length).toBeLessThanOrEqual(63);
  }
  for (const label of objects.flatMap(({ metadata }) => Object.values<string>(metadata.labels))) {
    expect(label.length).toBeLessThanOrEqual(63);
  }
}

test('clusterName and mapName of 52 characters together, with the highest id that there is', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newCluster(chart, { clusterName: letters(40) });
  newMap(cluster, { mapName: letters(11), brokerIds: HIGHEST_ID });

  // THEN
  assertLegal(chart);
});

test('fails when clusterName and mapName have one character more', () => {
  const cluster = newCluster(newChart(), { clusterName: letters(40) });

  expect(messageOf(() => newMap(cluster, { mapName: letters(12) }))).toBe(
    `StatefulSet name '${letters(40)}-${letters(12)}' has 53 characters, 52 are allowed; shorten clusterName or mapName by 1`,
  );
});

test('fails when clusterName has 41 characters and controllers', () => {
  expect(messageOf(() => newCluster(newChart(), { clusterName: letters(41) }))).toBe(
    `StatefulSet name '${letters(41)}-controllers' has 53 characters, 52 are allowed; shorten clusterName by 1`,
  );
});

test('clusterName of 50 characters on ZooKeeper', () => {
  // GIVEN
  const chart = newChart();
  newMap(newZookeeperCluster(chart, { clusterName: letters(50) }), { mapName: 'm' });

  // THEN
  assertLegal(chart);
});

test('fails when clusterName is too long for its Services', () => {
  newZookeeperCluster(newChart(), { clusterName: letters(53) });

  expect(messageOf(() => newZookeeperCluster(newChart(), { clusterName: letters(54) }))).toBe(
    `Service name '${letters(54)}-bootstrap' has 64 characters, 63 are allowed; shorten clusterName by 1`,
  );
});

test('clusterName of 45 characters with a TopicSyncCronJob', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newZookeeperCluster(chart, { clusterName: letters(45) });
  newMap(cluster, { mapName: 'm' });
  newTopicSync(cluster);

  // THEN
  assertLegal(chart);
});

test('fails when clusterName is too long for a CronJob', () => {
  const cluster = newZookeeperCluster(newChart(), { clusterName: letters(46) });

  expect(messageOf(() => newTopicSync(cluster))).toBe(
    `CronJob name '${letters(46)}-topics' has 53 characters, 52 are allowed; shorten clusterName by 1`,
  );
});

test('fails when clusterName and clientName are too long for the Secret of a client', () => {
  const define = (length: number) => () =>
    newCluster(newChart(), { clients: [{ clientName: letters(length) }] });

  expect(messageOf(define(49))).toBe('nothing was thrown');
  expect(messageOf(define(50))).toBe(
    `Secret name 'events-client-${letters(50)}' has 64 characters, 63 are allowed; shorten clusterName or clientName by 1`,
  );
});

test('ensembleName of 52 characters', () => {
  const chart = newChart();
  new ZookeeperEnsemble(chart, 'Zookeeper', { ensembleName: letters(52) });

  assertLegal(chart);
});

test('fails when ensembleName has one character more', () => {
  const define = () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { ensembleName: letters(53) });

  expect(messageOf(define)).toBe(
    `StatefulSet name '${letters(53)}' has 53 characters, 52 are allowed; shorten ensembleName by 1`,
  );
});

describe('host names of pods', () => {
  // 253 characters are what DNS takes, and 63 of each label.
  const domainFor = (rest: number) => `${letters(253 - rest - 4).replace(/(?<=^(?:.{50})+)./g, '.')}.com`;
  const ofBroker = 'events-streams-1003.events-brokers.kafka.svc.'.length;
  const ofController = 'events-controllers-1.events-controllers.kafka.svc.'.length;
  const ofZookeeper = 'zookeeper-1.zookeeper-servers.kafka.svc.'.length;
  const tooLong = (host: string) =>
    `host name '${host}' has 254 characters, 253 are allowed; ` +
    'shorten the names it is made of, the namespace or the cluster domain, by 1';

  test('of brokers may have 253 characters', () => {
    const with253 = (more: string) => {
      const clusterDomain = `${more}${domainFor(ofBroker)}`;
      const metadata = new ZookeeperEnsemble(newChart(), 'Zookeeper', { clusterDomain });
      return newBrokers(newZookeeperCluster(newChart(), { metadata, clusterDomain }));
    };

    expect(messageOf(() => with253(''))).toBe('nothing was thrown');
    expect(messageOf(() => with253('x'))).toBe(
      tooLong(`events-streams-1003.events-brokers.kafka.svc.x${domainFor(ofBroker)}`),
    );
  });

  test('of controllers, too', () => {
    const with253 = (more: string) =>
      newCluster(newChart(), { clusterDomain: `${more}${domainFor(ofController)}` });

    expect(messageOf(() => with253(''))).toBe('nothing was thrown');
    expect(messageOf(() => with253('x'))).toBe(
      tooLong(`events-controllers-1.events-controllers.kafka.svc.x${domainFor(ofController)}`),
    );
  });

  test('of ZooKeeper servers, too', () => {
    const with253 = (more: string) =>
      new ZookeeperEnsemble(newChart(), 'Zookeeper', { clusterDomain: `${more}${domainFor(ofZookeeper)}` });

    expect(messageOf(() => with253(''))).toBe('nothing was thrown');
    expect(messageOf(() => with253('x'))).toBe(
      tooLong(`zookeeper-1.zookeeper-servers.kafka.svc.x${domainFor(ofZookeeper)}`),
    );
  });
});

describe('configMapName', () => {
  // The last of 11 ConfigMaps has a number of two digits.
  const config = { note: letters(1000) };
  const many: TopicDefinition[] = Array.from({ length: 2000 }, (_, index) => ({
    name: `topic-${index}`,
    partitions: 1,
    replicationFactor: 3,
    config,
  }));

  test.each<[length: number, many: string, topics: TopicDefinition[]]>([
    [248, 'no topics', []],
    [247, 'many topics', many],
  ])('of %i characters with %s: a node can write the files that a run reads', (length, _, topics) => {
    // GIVEN
    const chart = newChart();
    const cluster = newCluster(chart);
    newMap(cluster, { topics: ['topic-.*'] });
    const list = new TopicConfigMap(chart, 'TopicList', { configMapName: letters(length), topics });

    // WHEN
    const { cronJob } = new TopicSyncCronJob(chart, 'Topics', { cluster, topics: list });

    // THEN
    assertLegal(chart);
    const { volumes } = (cronJob.toJson() as Manifest).spec.jobTemplate.spec.template.spec;
    const { sources } = volumes.find(({ name }: Manifest) => name === 'topics').projected;
    const lengths = sources.map(({ configMap }: Manifest) => configMap.items[0].path.length);
    expect(Math.max(...lengths)).toBe(255);
  });

  test.each<[length: number, last: string, topics: TopicDefinition[]]>([
    [249, '0', []],
    [248, '10', many],
  ])('fails when it has one character more: %i, and the last ConfigMap is %s', (length, last, topics) => {
    const define = () =>
      new TopicConfigMap(newChart(), 'TopicList', { configMapName: letters(length), topics });

    expect(messageOf(define)).toBe(
      `name of a topic file without its ending '${letters(length)}-${last}' has 251 characters, 250 are allowed; shorten configMapName by 1`,
    );
  });
});

describe('maps whose names would meet those of other objects', () => {
  test.each<[mapName: string, clash: string, other: string]>([
    ['controllers', "ConfigMap 'events-controllers-ledger'", 'test/Kafka/Controllers'],
    ['agent', "ConfigMap 'events-agent'", 'test/Kafka'],
    ['topics', "ConfigMap 'events-topics'", 'test/Topics'],
  ])('fails when a map is called %s', (mapName, clash, other) => {
    const chart = newChart();
    const cluster = newCluster(chart);
    newTopicSync(cluster, []);

    expect(messageOf(() => newMap(cluster, { mapName }))).toBe(
      `${clash} of namespace 'kafka' would be made by 'test/${mapName}/Brokers' and by '${other}'; give one of them another name`,
    );
  });

  test('fails when the ledger of one map is called as the configuration of another', () => {
    const cluster = newCluster(newChart());
    newMap(cluster);

    expect(
      messageOf(() =>
        newMap(cluster, { mapName: 'streams-ledger', topics: ['x'], brokerIds: NodeIds.between(2001, 2003) }),
      ),
    ).toBe(
      "ConfigMap 'events-streams-ledger' of namespace 'kafka' would be made by 'test/streams-ledger/Brokers' " +
        "and by 'test/Map/Brokers'; give one of them another name",
    );
  });

  test('fails when a map of one cluster is called as a map of another', () => {
    const chart = newChart();
    newMap(newCluster(chart, { clusterName: 'a' }), { mapName: 'b-c' });

    expect(messageOf(() => newMap(newCluster(chart, { clusterName: 'a-b' }), { mapName: 'c' }))).toBe(
      "ConfigMap 'a-b-c-ledger' of namespace 'kafka' would be made by 'test/c/Brokers' and by 'test/b-c/Brokers'; " +
        'give one of them another name',
    );
  });

  test('a map may be called brokers', () => {
    const chart = newChart();
    newMap(newCluster(chart), { mapName: 'brokers' });

    const names = synth(chart).map(({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
  });
});
