/*
 * A changed pod template restarts every pod of a workload. It changes only when it must, and the annotations show the cause.
 */
import { Chart, Duration, JsonPatch, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  AgentProgram,
  BrokerStatefulSetProps,
  KafkaClusterProps,
  KafkaMapProps,
  KafkaVersion,
  LogLevel,
  NodeGroup,
  NodeIds,
  ServerStorage,
  TopicDefinition,
  ZookeeperEnsemble,
  ZookeeperEnsembleProps,
} from '../../../lib';
import { newCluster, newMap, newTopicSync, newZookeeperCluster } from '../../support/cases';
import { Manifest, find, newChart, ofKind, synth } from '../../support/testing';

interface App {
  readonly cluster?: Partial<KafkaClusterProps>;
  readonly streams?: Partial<BrokerStatefulSetProps>;
  readonly before?: Partial<KafkaMapProps>[];
  readonly after?: Partial<KafkaMapProps>[];
  readonly topics?: Partial<TopicDefinition>[];
}

const ARCHIVE: Partial<KafkaMapProps> = {
  mapName: 'archive',
  topicPatterns: ['archive'],
  brokerIds: NodeIds.between(2001, 2003),
};
const EXTRA: Partial<KafkaMapProps> = {
  mapName: 'extra',
  topicPatterns: ['extra'],
  brokerIds: NodeIds.between(3001, 3003),
};

function objectsOf({ cluster, streams, before = [], after = [], topics = [{}] }: App): Manifest[] {
  const chart = newChart();
  const kafka = newCluster(chart, cluster);
  for (const map of [...before, streams ?? {}, ARCHIVE, ...after]) {
    newMap(kafka, map);
  }
  newTopicSync(kafka, topics);
  return synth(chart);
}

function templatesOf(objects: Manifest[]): Map<string, Manifest> {
  return new Map(
    ofKind(objects, 'StatefulSet').map(({ metadata, spec }): [string, Manifest] => [
      metadata.name,
      spec.template,
    ]),
  );
}

/** StatefulSets that restart when one app replaces another, and the causes in their annotations. */
function restarts(before: Manifest[], after: Manifest[]): Record<string, string[]> {
  const now = templatesOf(after);
  const found: Record<string, string[]> = {};
  for (const [name, template] of templatesOf(before)) {
    const other = now.get(name);
    if (other === undefined || JSON.stringify(template) === JSON.stringify(other)) continue;
    const { annotations } = template.metadata;
    found[name] = Object.keys(annotations)
      .filter((key) => annotations[key] !== other.metadata.annotations[key])
      .map((key) => key.replace('cdk8s-kafka.io/restart-', ''));
  }
  return found;
}

const BASE = objectsOf({});
const BROKERS = ['events-streams', 'events-archive'];
const ALL = ['events-controllers', ...BROKERS];
const each = (names: string[], ...causes: string[]) =>
  Object.fromEntries(names.map((name) => [name, causes]));

test('nothing restarts when nothing changes', () => {
  expect(restarts(BASE, objectsOf({}))).toEqual({});
});

test.each<[change: string, app: App]>([
  ['a map is added', { after: [EXTRA] }],
  ['controllers are added to a dynamic quorum', { cluster: { controllers: { count: 5 } } }],
  ['brokers are added', { streams: { brokerIds: NodeIds.between(1001, 1004) } }],
  // The ConfigMap shows that the internal topics move to it.
  ['a map is added before the others', { before: [EXTRA] }],
  ['topics are added', { topics: [{}, { name: 'events.views' }] }],
  [
    'a map is added before the others and the map of the internal topics is set',
    { before: [EXTRA], cluster: { internalTopics: { mapName: 'streams' } } },
  ],
  ['the map of the internal topics changes', { cluster: { internalTopics: { mapName: 'archive' } } }],
  // A live setting of brokers, and controllers do not read it.
  ['log.retention.hours of the cluster changes', { cluster: { config: { 'log.retention.hours': '48' } } }],
  ['num.io.threads of a map changes', { streams: { config: { 'num.io.threads': '9' } } }],
  [
    'the patterns of a map change',
    { streams: { topicPatterns: ['other'] } as Partial<KafkaMapProps>, topics: [] },
  ],
])('nothing restarts when %s', (_, app) => {
  expect(restarts(BASE, objectsOf(app))).toEqual({});
});

test('controllers that are added to a static quorum restart all pods, because all settings list them', () => {
  const version = KafkaVersion.V4_1;
  const before = objectsOf({ cluster: { version } });
  const after = objectsOf({ cluster: { version, controllers: { count: 5 } } });
  expect(Object.keys(restarts(before, after)).sort()).toEqual([...ALL].sort());
});

test('objects keep their order when a map is added', () => {
  // GIVEN
  // The name of a Job ends in a checksum.
  const names = (objects: Manifest[]) =>
    objects.map(({ kind, metadata: { name } }) => (kind === 'Job' ? kind : `${kind}/${name}`));
  const before = names(BASE);

  // THEN
  expect(names(objectsOf({ after: [EXTRA] })).filter((name) => before.includes(name))).toEqual(before);
});

test('changes without a restart are in the ConfigMap, for the next start', () => {
  // GIVEN
  const agentConfig = (app: App, map: string) =>
    JSON.parse(find(objectsOf(app), 'ConfigMap', `events-${map}`).data['agent.json']);

  // THEN
  const grown = { streams: { brokerIds: NodeIds.between(1001, 1004) } };
  expect(agentConfig(grown, 'streams').brokerIds).toEqual({ first: 1001, last: 1004 });
  expect(agentConfig({}, 'streams').internalTopics).toHaveLength(3);
  expect(agentConfig({ before: [EXTRA] }, 'streams').internalTopics).toBeUndefined();
  expect(agentConfig({ before: [EXTRA] }, 'extra').internalTopics).toHaveLength(3);
});

test('the size of local volumes is in the ConfigMap, for the next start: only new volumes have it', () => {
  // GIVEN
  const sized = (gibibytes: number) =>
    objectsOf({
      streams: {
        storage: ServerStorage.localVolume({
          storageClassName: 'local-nvme',
          size: Size.gibibytes(gibibytes),
        }),
      },
    });

  // THEN
  expect(restarts(sized(100), sized(200))).toEqual({});
  const { data } = find(sized(200), 'ConfigMap', 'events-streams');
  expect(JSON.parse(data['agent.json']).localVolumeBytes).toBe(200 * 1024 ** 3);
});

test('live settings are in live-settings.json and in server.properties', () => {
  // GIVEN
  const data = (app: App) => find(objectsOf(app), 'ConfigMap', 'events-streams').data;
  const before = JSON.parse(data({})['live-settings.json']);

  // WHEN
  const after = data({ streams: { config: { 'num.io.threads': '9' } } });

  // THEN
  expect(before.broker['num.io.threads']).toBeNull();
  expect(JSON.parse(after['live-settings.json']).broker['num.io.threads']).toBe('9');
  expect(after['server.properties']).toContain('num.io.threads=9\n');
});

test.each<[change: string, app: App, expected: Record<string, string[]>]>([
  [
    'settings of the cluster',
    { cluster: { config: { 'queued.max.requests': '600' } } },
    each(ALL, 'settings'),
  ],
  // Live settings of brokers; controllers read them at their start.
  [
    'threads of the cluster',
    { cluster: { config: { 'num.io.threads': '9' } } },
    each(['events-controllers'], 'settings'),
  ],
  [
    'unclean elections of the cluster',
    { cluster: { config: { 'unclean.leader.election.enable': 'true' } } },
    each(['events-controllers'], 'settings'),
  ],
  // Coordinators read the number from the settings once.
  [
    'the partitions of the internal topics',
    { cluster: { internalTopics: { partitions: 9 } } },
    each(BROKERS, 'settings'),
  ],
  [
    'settings of a map',
    { streams: { config: { 'queued.max.requests': '600' } } },
    { 'events-streams': ['settings'] },
  ],
  ['the agent', { cluster: { agent: AgentProgram.image('example.com/agent:1') } }, each(ALL, 'agent')],
  ['the image of the agent', { cluster: { agent: AgentProgram.bundled('node:26') } }, each(ALL, 'agent')],
  // The addresses of controllers alone would not restart brokers, but the addresses of brokers do.
  ['the DNS domain', { cluster: { clusterDomain: 'k8s.example.com' } }, each(ALL, 'identity')],
  // The pod template shows these changes itself.
  [
    'the image of Kafka',
    { cluster: { version: KafkaVersion.of('4.4.0', 'example.com/kafka:1') } },
    each(ALL),
  ],
  ['a patch release', { cluster: { version: KafkaVersion.of('4.4.1') } }, each(ALL)],
  ['JVM options', { streams: { jvmOptions: ['-Dx=y'] } }, each(['events-streams'])],
  ['memory', { streams: { memory: Size.gibibytes(8) } }, each(['events-streams'])],
  [
    'the grace period',
    { streams: { shutdownGracePeriod: Duration.minutes(11) } },
    each(['events-streams'], 'stopping'),
  ],
  ['the nodes', { streams: { nodeGroup: NodeGroup.labeled({ a: 'b' }) } }, each(['events-streams'])],
  ['labels of pods', { streams: { podLabels: { a: 'b' } } }, each(['events-streams'])],
])('a change of %s restarts only the workloads concerned, with the cause', (_, app, expected) => {
  expect(restarts(BASE, objectsOf(app))).toEqual(expected);
});

test('settings of the controllers restart the controllers only', () => {
  const controllers = { config: { 'metadata.max.idle.interval.ms': '1000' } };

  expect(restarts(BASE, objectsOf({ cluster: { controllers } }))).toEqual(
    each(['events-controllers'], 'settings'),
  );
});

test('an upgrade restarts the controllers first, then the brokers', () => {
  // GIVEN
  const [old, next] = [KafkaVersion.V4_3, KafkaVersion.V4_4];
  const before = objectsOf({ cluster: { version: old } });
  const between = objectsOf({ cluster: { version: old, controllerVersion: next } });
  const after = objectsOf({ cluster: { version: next } });

  // THEN
  expect(Object.keys(restarts(before, between))).toEqual(['events-controllers']);
  expect(Object.keys(restarts(between, after))).toEqual(BROKERS);
});

test('a log level restarts the brokers, with the cause logging', () => {
  const app = { streams: { logging: { level: LogLevel.DEBUG } } };

  expect(restarts(BASE, objectsOf(app))).toEqual(each(['events-streams'], 'logging'));
});

test.each([
  ['server.properties', 'settings'],
  ['agent.json', 'identity'],
  ['log4j2.yaml', 'logging'],
])('a patch of %s in a ConfigMap restarts its brokers', (file, cause) => {
  // GIVEN
  const chart = newChart();
  const { brokers } = newMap(newCluster(chart));
  const before = synth(chart);
  const text: string = find(before, 'ConfigMap', 'events-streams').data[file];

  // WHEN
  const patched = file === 'agent.json' ? text.replace('"kafka"', '"other"') : `${text}# patched\n`;
  brokers.configMap.addJsonPatch(JsonPatch.replace(`/data/${file}`, patched));

  // THEN
  expect(patched).not.toBe(text);
  expect(restarts(before, synth(chart))).toEqual(each(['events-streams'], cause));
});

test('pod defaults of the cluster restart all pods of the cluster', () => {
  const podDefaults = { podLabels: { team: 'platform' } };

  expect(restarts(BASE, objectsOf({ cluster: { podDefaults } }))).toEqual(each(ALL));
});

test('a change of CPUs has no further cause in the numbers of threads', () => {
  expect(restarts(BASE, objectsOf({ streams: { cpu: Cpu.units(6) } }))).toEqual(each(['events-streams']));
});

test('a change of the logging library has the cause logging', () => {
  const version = (of: KafkaVersion) => objectsOf({ cluster: { version: of } });

  expect(restarts(version(KafkaVersion.V3_9), version(KafkaVersion.V4_0))['events-controllers']).toEqual([
    'logging',
  ]);
});

test.each(['init.mjs', 'agent.mjs', 'shared.mjs'])(
  'another %s restarts servers, with the cause agent',
  (program) => {
    // GIVEN
    const objects = objectsOf({});

    // WHEN
    jest.resetModules();
    jest.doMock('fs', () => ({
      ...jest.requireActual('fs'),
      readFileSync: (path: string, ...rest: unknown[]) =>
        String(path).endsWith(program) ? 'other' : jest.requireActual('fs').readFileSync(path, ...rest),
    }));
    const other = isolatedObjects();

    // THEN
    expect(restarts(objects, other)).toEqual(each(['events-controllers', 'events-streams'], 'agent'));
  },
);

function isolatedObjects(): Manifest[] {
  let objects: Manifest[] = [];
  jest.isolateModules(() => {
    const cases = jest.requireActual<typeof import('../../support/cases')>('../../support/cases');
    const testing = jest.requireActual<typeof import('../../support/testing')>('../../support/testing');
    const chart = testing.newChart();
    cases.newMap(cases.newCluster(chart));
    objects = testing.synth(chart);
  });
  jest.dontMock('fs');
  return objects;
}

describe('ZooKeeper', () => {
  function ensembleWith(props: ZookeeperEnsembleProps): Manifest[] {
    const chart: Chart = newChart();
    newMap(newZookeeperCluster(chart, { zookeeper: new ZookeeperEnsemble(chart, 'Zookeeper', props) }));
    return synth(chart);
  }

  test.each<[change: string, props: ZookeeperEnsembleProps, expected: Record<string, string[]>]>([
    ['settings', { config: { tickTime: '1000' } }, { zookeeper: ['settings'] }],
    ['servers', { replicas: 5 }, { zookeeper: ['identity', 'settings'], 'events-streams': ['settings'] }],
    ['memory', { memory: Size.gibibytes(4) }, { zookeeper: [] }],
  ])('a change of %s restarts only the workloads concerned, with the cause', (_, props, expected) => {
    expect(restarts(ensembleWith({}), ensembleWith(props))).toEqual(expected);
  });
});

test('each cause of a restart has an annotation', () => {
  const { annotations } = templatesOf(BASE).get('events-streams').metadata;

  expect(annotations).toEqual({
    'kubectl.kubernetes.io/default-container': 'kafka',
    'cdk8s-kafka.io/restart-agent': expect.stringMatching(/^[0-9a-f]{16}$/),
    'cdk8s-kafka.io/restart-identity': expect.stringMatching(/^[0-9a-f]{16}$/),
    'cdk8s-kafka.io/restart-stopping': expect.stringMatching(/^[0-9a-f]{16}$/),
    'cdk8s-kafka.io/restart-logging': expect.stringMatching(/^[0-9a-f]{16}$/),
    'cdk8s-kafka.io/restart-settings': expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});
