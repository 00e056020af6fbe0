/*
 * A changed pod template restarts every pod of a workload. So it may change for a cause only, and the annotations say
 * which one it was.
 */
import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  AgentProgram,
  NodeIds,
  BrokerStatefulSetProps,
  ControllerQuorum,
  KafkaClusterProps,
  KafkaMapProps,
  KafkaVersion,
  NodeGroup,
  TopicDefinition,
  ZookeeperEnsembleProps,
  ZookeeperEnsemble,
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
  topics: ['archive'],
  brokerIds: NodeIds.between(2001, 2003),
};
const EXTRA: Partial<KafkaMapProps> = {
  mapName: 'extra',
  topics: ['extra'],
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

/** Workloads that restart when one app becomes another, with the annotations that say why. */
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
  ['brokers are added', { streams: { brokerIds: NodeIds.between(1001, 1004) } }],
  // It takes the internal topics over, which the ConfigMap says.
  ['a map is added in front', { before: [EXTRA] }],
  ['topics are added', { topics: [{}, { name: 'events.views' }] }],
  [
    'a map is added in front and internal topics name their map',
    { before: [EXTRA], cluster: { internalTopics: { mapName: 'streams' } } },
  ],
  ['the map of the internal topics changes', { cluster: { internalTopics: { mapName: 'archive' } } }],
  // Brokers take it over while they run, and controllers have no use for it.
  ['how long logs are kept changes', { cluster: { config: { 'log.retention.hours': '48' } } }],
  ['threads of a map change', { streams: { config: { 'num.io.threads': '9' } } }],
  ['the patterns of a map change', { streams: { topics: ['other'] } as Partial<KafkaMapProps>, topics: [] }],
])('nothing restarts when %s', (_, app) => {
  expect(restarts(BASE, objectsOf(app))).toEqual({});
});

test('objects keep their order when a map is added', () => {
  // GIVEN
  const names = (objects: Manifest[]) => objects.map(({ kind, metadata: { name } }) => `${kind}/${name}`);
  const before = names(BASE);

  // THEN
  expect(names(objectsOf({ after: [EXTRA] })).filter((name) => before.includes(name))).toEqual(before);
});

test('what restarts nothing is in the ConfigMap nevertheless, for the next start', () => {
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

test('what brokers take over while they run is in their ConfigMap, and in the file of their next start', () => {
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
  // Brokers take these over while they run, and no agent does it for controllers.
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
  // A coordinator takes the number from the settings and keeps it.
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
  ['the DNS domain', { cluster: { clusterDomain: 'k8s.example.com' } }, each(ALL, 'identity', 'settings')],
  // The template shows these changes itself.
  [
    'the image of Kafka',
    { cluster: { version: KafkaVersion.of('4.4.0', 'example.com/kafka:1') } },
    each(ALL),
  ],
  ['a patch release', { cluster: { version: KafkaVersion.of('4.4.1') } }, each(ALL)],
  ['options of the JVM', { streams: { jvmOptions: ['-Dx=y'] } }, each(['events-streams'])],
  ['memory', { streams: { memory: Size.gibibytes(8) } }, each(['events-streams'])],
  [
    'the time to stop',
    { streams: { shutdownGracePeriod: Duration.minutes(11) } },
    each(['events-streams'], 'stopping'),
  ],
  ['the nodes', { streams: { nodeGroup: NodeGroup.labeled({ a: 'b' }) } }, each(['events-streams'])],
  ['labels of pods', { streams: { podLabels: { a: 'b' } } }, each(['events-streams'])],
])('%s: restarts what it concerns, and says why', (_, app, expected) => {
  expect(restarts(BASE, objectsOf(app))).toEqual(expected);
});

test('settings of the cluster restart no controllers of a ControllerQuorum of your own', () => {
  const withQuorum = (config: Record<string, string>) => {
    const chart = newChart();
    const metadata = new ControllerQuorum(chart, 'Controllers', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
    });
    newMap(newCluster(chart, { metadata, config }));
    return synth(chart);
  };

  expect(restarts(withQuorum({}), withQuorum({ 'queued.max.requests': '600' }))).toEqual({
    'events-streams': ['settings'],
  });
});

test('CPUs restart for themselves, not for the threads that they decide', () => {
  expect(restarts(BASE, objectsOf({ streams: { cpu: Cpu.units(6) } }))).toEqual(each(['events-streams']));
});

test('the library that logs restarts for its configuration', () => {
  const version = (of: KafkaVersion) => objectsOf({ cluster: { version: of } });

  expect(restarts(version(KafkaVersion.V3_9), version(KafkaVersion.V4_0))['events-controllers']).toEqual([
    'logging',
  ]);
});

test('another program restarts what runs it, for that cause only', () => {
  // GIVEN
  const objects = objectsOf({});

  // WHEN
  jest.resetModules();
  jest.doMock('fs', () => ({
    ...jest.requireActual('fs'),
    readFileSync: (path: string, ...rest: unknown[]) =>
      String(path).endsWith('agent.js') ? 'other' : jest.requireActual('fs').readFileSync(path, ...rest),
  }));
  const other = isolatedObjects();

  // THEN
  expect(restarts(objects, other)).toEqual(each(['events-controllers', 'events-streams'], 'agent'));
});

function isolatedObjects(): Manifest[] {
  let objects: Manifest[] = [];
  jest.isolateModules(() => {
    const cases = jest.requireActual<typeof import('../../support/cases')>('../support/cases');
    const testing = jest.requireActual<typeof import('../../support/testing')>('../support/testing');
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
    newMap(newZookeeperCluster(chart, { metadata: new ZookeeperEnsemble(chart, 'Zookeeper', props) }));
    return synth(chart);
  }

  test.each<[change: string, props: ZookeeperEnsembleProps, expected: Record<string, string[]>]>([
    ['settings', { config: { tickTime: '1000' } }, { zookeeper: ['settings'] }],
    ['servers', { replicas: 5 }, { zookeeper: ['identity', 'settings'], 'events-streams': ['settings'] }],
    ['memory', { memory: Size.gibibytes(4) }, { zookeeper: [] }],
  ])('%s: restart what they concern, and say why', (_, props, expected) => {
    expect(restarts(ensembleWith({}), ensembleWith(props))).toEqual(expected);
  });
});

test('every cause of a restart has an annotation', () => {
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
