import { Chart, Duration } from 'cdk8s';
import { ControllerQuorum, ControllerQuorumOptions, KafkaVersion, QuorumKind } from '../../lib';
import { CASES, newCluster, newMap } from '../support/cases';
import {
  Manifest,
  find,
  newChart,
  objectsOf,
  serverParts,
  settingsOf,
  snapshotOf,
  synth,
} from '../support/testing';

interface Given {
  readonly controllers?: ControllerQuorumOptions;
  readonly version?: KafkaVersion;
  readonly clusterId?: string;
  readonly clusterName?: string;
  readonly config?: Record<string, string>;
}

const quorumOf = (given: Given = {}, namespace = 'kafka'): ControllerQuorum =>
  newCluster(newChart(namespace), given).controllers!;
const partsOf = (given: Given = {}) => serverParts(quorumOf(given));
const formatOf = (given: Given = {}): string[] => partsOf(given).pod.initContainers[1].command;

const SERVERS = [1, 2, 3].map(
  (id) => `events-controllers-${id}.events-controllers.kafka.svc.cluster.local:9093`,
);

test.each(['ControllerQuorum, defaults', 'ControllerQuorum, all props'] as const)('%s', (name) => {
  expect(snapshotOf(objectsOf(CASES[name](newChart())))).toMatchSnapshot();
});

describe('quorum kind', () => {
  test.each<[KafkaVersion, QuorumKind]>([
    [KafkaVersion.V3_9, QuorumKind.STATIC],
    [KafkaVersion.V4_0, QuorumKind.STATIC],
    [KafkaVersion.V4_1, QuorumKind.STATIC],
    [KafkaVersion.V4_2, QuorumKind.DYNAMIC],
    [KafkaVersion.V4_4, QuorumKind.DYNAMIC],
  ])('it follows from the version (%#)', (version, kind) => {
    expect(quorumOf({ version }).quorumKind).toBe(kind);
  });

  test('it follows from controllerVersion, if that is newer', () => {
    const { controllers } = newCluster(newChart(), {
      version: KafkaVersion.V4_1,
      controllerVersion: KafkaVersion.V4_2,
    });

    expect(controllers!.quorumKind).toBe(QuorumKind.DYNAMIC);
  });

  test('a dynamic quorum has bootstrap servers, and the agents know the directory ids of its first voters', () => {
    const { settings, agentConfig } = partsOf();

    expect(settings['controller.quorum.bootstrap.servers']).toBe(SERVERS.join(','));
    expect(settings).not.toHaveProperty(['controller.quorum.voters']);
    expect(agentConfig.voters).toEqual(
      SERVERS.map((server, index) => ({
        id: index + 1,
        host: server.split(':')[0],
        directoryId: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      })),
    );
  });

  test('every controller of a dynamic quorum has its own directory id', () => {
    const ids = partsOf().agentConfig.voters.map(({ directoryId }: Manifest) => directoryId);

    expect(new Set(ids).size).toBe(3);
  });

  test('the voters of a static quorum are settings', () => {
    const controllers = { quorumKind: QuorumKind.STATIC };
    const { settings } = partsOf({ controllers });

    expect(settings['controller.quorum.voters']).toBe(
      SERVERS.map((server, index) => `${index + 1}@${server}`).join(','),
    );
    expect(settings).not.toHaveProperty(['controller.quorum.bootstrap.servers']);
    expect(formatOf({ controllers }).at(-1)).toBe('--ignore-formatted');
  });

  test.each(Object.values(QuorumKind))('brokers find a %s quorum with the same settings', (quorumKind) => {
    const chart = newChart();
    newMap(newCluster(chart, { controllers: { quorumKind } }));

    const objects = synth(chart);
    const quorum = (name: string) =>
      Object.entries(settingsOf(objects, name)).filter(([setting]) =>
        setting.startsWith('controller.quorum'),
      );
    expect(quorum('events-streams')).toEqual(quorum('events-controllers'));
    expect(quorum('events-streams')).toHaveLength(1);
  });
});

describe('cluster id', () => {
  test('it follows from the namespace and the name of the cluster only', () => {
    const ids = [
      quorumOf(),
      quorumOf({ version: KafkaVersion.V4_0, controllers: { count: 5 } }),
      quorumOf({}, 'other'),
      quorumOf({ clusterName: 'other' }),
    ].map(({ clusterId }) => clusterId);

    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    // It is on every disk: with another derivation, disks of existing clusters could not be used.
    expect(ids[0]).toBe('6RPbsmmgN88ViWbKJTNH3A');
  });

  test('it can be the id of an existing cluster', () => {
    const given = { clusterId: '-kU3OEVBNTcwNTJENDM2Qg' };

    expect(quorumOf(given).clusterId).toBe('-kU3OEVBNTcwNTJENDM2Qg');
    expect(partsOf(given).agentConfig.clusterId).toBe('-kU3OEVBNTcwNTJENDM2Qg');
    expect(formatOf(given)).toContain('--cluster-id=-kU3OEVBNTcwNTJENDM2Qg');
  });

  test('it can start with some zeros', () => {
    expect(quorumOf({ clusterId: 'AAAAAAAAABAAAAAAAAAAAA' }).clusterId).toBe('AAAAAAAAABAAAAAAAAAAAA');
  });
});

test('count and firstNodeId decide the ids, the pods and the addresses', () => {
  const quorum = quorumOf({ controllers: { count: 5, firstNodeId: 11 } });
  const { set } = serverParts(quorum);

  expect(quorum.nodeIds.toString()).toBe('11-15');
  expect(set.spec.ordinals).toEqual({ start: 11 });
  expect(set.spec.replicas).toBe(5);
  expect(quorum.servers).toEqual(
    [11, 12, 13, 14, 15].map(
      (id) => `events-controllers-${id}.events-controllers.kafka.svc.cluster.local:9093`,
    ),
  );
});

test('one controller is enough for a test', () => {
  expect(quorumOf({ controllers: { count: 1 } }).servers).toHaveLength(1);
});

test('agent.json lists the voters', () => {
  expect(partsOf().agentConfig).toMatchObject({
    role: 'controller',
    statefulSet: 'events-controllers',
    headlessServiceHost: 'events-controllers.kafka.svc.cluster.local',
    listener: { name: 'CONTROLLER', port: 9093 },
    ledgerConfigMap: 'events-controllers-ledger',
    quorumKind: 'dynamic',
    voters: SERVERS.map((server, index) => ({ id: index + 1, host: server.replace(':9093', '') })),
  });
});

describe('settings', () => {
  test('settings of the controllers override settings of the cluster, and those override defaults', () => {
    const { settings } = partsOf({
      config: { 'min.insync.replicas': '1', 'metadata.log.segment.ms': '1', 'num.partitions': '6' },
      controllers: { config: { 'metadata.log.segment.ms': '2' } },
    });

    expect(settings).toMatchObject({
      'default.replication.factor': '3',
      'min.insync.replicas': '1',
      'metadata.log.segment.ms': '2',
      'num.partitions': '6',
      'process.roles': 'controller',
    });
  });

  test('settings of the controllers are no settings of brokers', () => {
    const cluster = newCluster(newChart(), { controllers: { config: { 'metadata.log.segment.ms': '2' } } });
    newMap(cluster);

    expect(settingsOf(synth(Chart.of(cluster)), 'events-streams')).not.toHaveProperty([
      'metadata.log.segment.ms',
    ]);
  });
});

test('the Role of controllers names their own ledger, Lease and StatefulSet, and no nodes', () => {
  const objects = objectsOf(quorumOf());

  expect(find(objects, 'Role', 'events-controllers').rules).toEqual([
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['events-controllers-ledger'],
      verbs: ['get', 'patch'],
    },
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['events-controllers-stop'],
      verbs: ['create', 'get', 'patch', 'update'],
    },
    {
      apiGroups: ['apps'],
      resources: ['statefulsets'],
      resourceNames: ['events-controllers'],
      verbs: ['get'],
    },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kafka'], verbs: ['get'] },
  ]);
  expect(objects.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
});

test('one controller can be evicted at a time', () => {
  const quorum = quorumOf();

  expect(quorum.disruptionBudget.toJson().spec).toEqual({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    selector: quorum.statefulSet.toJson().spec.selector,
  });
});

test('the ConfigMap has the configuration, and the ledger has no data', () => {
  const { configMap, ledger } = quorumOf();

  expect(configMap.name).toBe('events-controllers');
  expect(Object.keys((configMap.toJson() as Manifest).data).sort()).toEqual([
    'agent.json',
    'log4j2.yaml',
    'server.properties',
  ]);
  expect(ledger.name).toBe('events-controllers-ledger');
  expect(ledger.toJson()).not.toHaveProperty('data');
});

test('the startup probe allows one hour', () => {
  const { startupProbe } = partsOf().container;

  expect(startupProbe.failureThreshold * startupProbe.periodSeconds).toBe(3600);
});

test('the grace period covers preStopTimeout and shutdownGracePeriod', () => {
  const controllers = { preStopTimeout: Duration.seconds(5), shutdownGracePeriod: Duration.seconds(1) };

  expect(partsOf({ controllers }).pod.terminationGracePeriodSeconds).toBe(6);
});
