/*
 * What a user gets without asking for it. Snapshots show it too; here it stands as a promise.
 */
import { Chart, Size } from 'cdk8s';
import { ServerStorage, InstanceType, NodeGroup, TaintEffect } from '../../lib';
import {
  ALL_CASES,
  newBrokers,
  newCluster,
  newMap,
  newTopicSync,
  newZookeeperCluster,
} from '../support/cases';
import { EXAMPLES } from '../support/examples';
import {
  Manifest,
  allContainers,
  find,
  newChart,
  ofKind,
  podTemplates,
  readProperties,
  synth,
} from '../support/testing';

function everythingOn(define: (chart: Chart) => ReturnType<typeof newCluster>): Manifest[] {
  const chart = newChart();
  const cluster = define(chart);
  newMap(cluster);
  newTopicSync(cluster);
  return synth(chart);
}

const KRAFT = everythingOn(newCluster);
const ZOOKEEPER = everythingOn(newZookeeperCluster);
const BOTH: [mode: string, objects: Manifest[]][] = [
  ['KRaft', KRAFT],
  ['ZooKeeper', ZOOKEEPER],
];
const EVERYTHING: [name: string, objects: Manifest[]][] = [
  ...EXAMPLES.map(([name, define]): [string, Manifest[]] => [name, synth(define())]),
  ...ALL_CASES.map(([name, define]): [string, Manifest[]] => {
    const chart = newChart();
    define(chart);
    return [name, synth(chart)];
  }),
];

const brokersOf = (objects: Manifest[]): Manifest => find(objects, 'StatefulSet', 'events-streams').spec;
const podOf = (objects: Manifest[]): Manifest => brokersOf(objects).template.spec;

describe.each(BOTH)('brokers in %s mode', (mode, objects) => {
  const set = brokersOf(objects);
  const pod = podOf(objects);
  const [kafka, agent] = pod.containers;

  test('never share a node with another broker, of any map, cluster or namespace', () => {
    expect(pod.affinity.podAntiAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          topologyKey: 'kubernetes.io/hostname',
          namespaceSelector: {},
          labelSelector: {
            matchLabels: { 'app.kubernetes.io/name': 'kafka', 'app.kubernetes.io/component': 'broker' },
          },
        },
      ],
    });
    const rule = pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0];
    expect(set.template.metadata.labels).toMatchObject(rule.labelSelector.matchLabels);
  });

  test('prefer zones with fewer brokers: a strict rule would hold back one bound to its zone when others are lost', () => {
    expect(pod.topologySpreadConstraints).toEqual([
      {
        topologyKey: 'topology.kubernetes.io/zone',
        maxSkew: 1,
        whenUnsatisfiable: 'ScheduleAnyway',
        nodeTaintsPolicy: 'Honor',
        labelSelector: set.selector,
      },
    ]);
  });

  test('keep their claims', () => {
    expect(set.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  });

  test('are called by their ids, and all start at once', () => {
    expect(set.ordinals).toEqual({ start: 1001 });
    expect(set.replicas).toBe(3);
    expect(set.podManagementPolicy).toBe('Parallel');
    expect(set.updateStrategy).toEqual({ type: 'RollingUpdate' });
  });

  test('get their identity before anything else', () => {
    expect(pod.initContainers.map(({ name }: Manifest) => name)).toEqual(
      mode === 'KRaft' ? ['init', 'format'] : ['init'],
    );
    expect(pod.initContainers[0].args).toEqual(['init', '/etc/cdk8s-kafka/agent.json']);
  });

  test('may recover their logs for six hours, and are killed only when their port is closed after that', () => {
    expect(kafka.startupProbe).toEqual({
      tcpSocket: { port: 'internal' },
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 3 * 3600,
    });
    expect(kafka.livenessProbe).toEqual({
      tcpSocket: { port: 'internal' },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    });
    expect(kafka.ports).toContainEqual({ name: 'internal', containerPort: 9091 });
  });

  test('are ready when the agent says so, and nobody else', () => {
    expect(agent.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port: 'agent' } });
    expect(agent.ports).toEqual([
      { name: 'agent', containerPort: 8080 },
      { name: 'stop', containerPort: 8081 },
    ]);
    expect(pod.containers.filter(({ readinessProbe }: Manifest) => readinessProbe)).toEqual([agent]);
  });

  test('have ten minutes to stop, once they have waited for it for twenty at most', () => {
    expect(pod.terminationGracePeriodSeconds).toBe(1800);
  });

  test('are evicted one at a time', () => {
    const { spec } = find(objects, 'PodDisruptionBudget', 'events-streams');
    expect(spec.maxUnavailable).toBe(1);
    expect(spec.selector).toEqual(set.selector);
  });

  test('find each other before they are ready; clients find ready ones only', () => {
    const headless = find(objects, 'Service', 'events-brokers').spec;
    const bootstrap = find(objects, 'Service', 'events-bootstrap').spec;
    expect(headless).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(bootstrap).not.toHaveProperty('publishNotReadyAddresses');
    expect(bootstrap).not.toHaveProperty('clusterIP');
    expect(set.serviceName).toBe('events-brokers');
    expect(bootstrap.selector).toEqual(headless.selector);
  });

  test('keep acknowledged records while one of them is away', () => {
    const text = find(objects, 'ConfigMap', 'events-streams').data['server.properties'];
    expect(readProperties(text)).toMatchObject({
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'unclean.leader.election.enable': 'false',
      'auto.create.topics.enable': 'false',
    });
  });
});

test('the pods of a group go to its nodes, and tolerate its taints', () => {
  // GIVEN
  const nodeGroup = NodeGroup.ofInstanceType(InstanceType.I3_4XLARGE, {
    taints: [{ key: 'dedicated', value: 'kafka', effect: TaintEffect.NO_SCHEDULE }],
  });

  // WHEN
  const { statefulSet } = newBrokers(newCluster(newChart()), { nodeGroup });

  // THEN
  const pod = (statefulSet.toJson() as Manifest).spec.template.spec;
  expect(pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
    {
      matchExpressions: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['i3.4xlarge'] }],
    },
  ]);
  expect(pod.tolerations).toEqual([
    { key: 'dedicated', operator: 'Equal', value: 'kafka', effect: 'NoSchedule' },
  ]);
});

test('every disk is a claim, a mount and a log directory', () => {
  // WHEN
  const { statefulSet, configMap } = newBrokers(newCluster(newChart()), {
    storage: ServerStorage.localVolume({ storageClassName: 'local', size: Size.gibibytes(10), disks: 3 }),
  });

  // THEN
  const { spec }: Manifest = statefulSet.toJson();
  const names = ['data-0', 'data-1', 'data-2'];
  const paths = names.map((name) => `/var/lib/kafka/${name}`);
  expect(spec.volumeClaimTemplates.map(({ metadata }: Manifest) => metadata.name)).toEqual(names);
  expect(spec.volumeClaimTemplates[2].spec).toEqual({
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'local',
    resources: { requests: { storage: '10Gi' } },
  });
  for (const container of [...spec.template.spec.initContainers, spec.template.spec.containers[0]]) {
    expect(container.volumeMounts.filter(({ name }: Manifest) => names.includes(name))).toEqual(
      names.map((name, index) => ({ name, mountPath: paths[index] })),
    );
  }
  expect(readProperties((configMap.toJson() as Manifest).data['server.properties'])['log.dirs']).toBe(
    paths.map((path) => `${path}/kafka-log`).join(','),
  );
});

describe.each([
  ['controllers', find(KRAFT, 'StatefulSet', 'events-controllers'), 7 * 60, 1],
  ['ZooKeeper servers', find(ZOOKEEPER, 'StatefulSet', 'zookeeper'), 7 * 60, 1],
])('%s', (_, { metadata, spec }, graceSeconds, first) => {
  const pod = spec.template.spec;

  test('are three, on three nodes, spread over zones as far as nodes allow', () => {
    expect(spec.replicas).toBe(3);
    expect(spec.ordinals).toEqual({ start: first });
    expect(spec.podManagementPolicy).toBe('Parallel');
    expect(pod.affinity).toEqual({
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: spec.selector },
        ],
      },
    });
    expect(pod.topologySpreadConstraints).toEqual([
      {
        topologyKey: 'topology.kubernetes.io/zone',
        maxSkew: 1,
        whenUnsatisfiable: 'ScheduleAnyway',
        nodeTaintsPolicy: 'Honor',
        labelSelector: spec.selector,
      },
    ]);
  });

  test('keep their claims, and have time to stop', () => {
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    expect(pod.terminationGracePeriodSeconds).toBe(graceSeconds);
  });

  test('are evicted one at a time, and find each other before they are ready', () => {
    const objects = [...KRAFT, ...ZOOKEEPER];
    expect(find(objects, 'PodDisruptionBudget', metadata.name).spec.maxUnavailable).toBe(1);
    expect(find(objects, 'Service', spec.serviceName).spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
  });
});

describe.each(EVERYTHING)('every pod of %s', (_, objects) => {
  test('meets PodSecurity "restricted", with a read-only root file system on top', () => {
    for (const [, { spec }] of podTemplates(objects)) {
      expect(spec.securityContext).toEqual({
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => field in spec)).toEqual([]);
      expect(spec.volumes.filter(({ hostPath }: Manifest) => hostPath)).toEqual([]);
    }
    for (const [, { securityContext }] of allContainers(objects)) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
    }
  });

  test('asks for all the memory it may use, and has no CPU limit', () => {
    for (const [, { resources }] of allContainers(objects)) {
      expect(Object.keys(resources.limits)).toEqual(['memory']);
      expect(resources.requests.memory).toBe(resources.limits.memory);
      expect(resources.requests.cpu).toMatch(/^\d+m?$/);
    }
  });

  test('mounts the token of its account only where the Kubernetes API is used', () => {
    for (const account of ofKind(objects, 'ServiceAccount')) {
      expect(account.automountServiceAccountToken).toBe(false);
    }
    for (const [, { spec }] of podTemplates(objects)) {
      expect(spec.automountServiceAccountToken).toBe(false);
    }
    const withToken = allContainers(objects).filter(([, { volumeMounts }]) =>
      volumeMounts.some(({ mountPath }: Manifest) => mountPath.startsWith('/var/run/secrets')),
    );
    expect(withToken.map(([name]) => name.split('/')[2])).toEqual(
      podTemplates(objects).flatMap(([workload, { spec }]) =>
        spec.initContainers ? ['init', 'agent'] : workload.startsWith('Deployment/') ? ['authority'] : [],
      ),
    );
  });

  test('has one role', () => {
    for (const { data } of ofKind(objects, 'ConfigMap')) {
      const text = data?.['server.properties'];
      if (text === undefined) continue;
      const roles = readProperties(text)['process.roles'];
      const { role, metadataMode } = JSON.parse(data['agent.json']);
      expect(roles).toBe(metadataMode === 'zookeeper' ? undefined : role);
      expect(['broker', 'controller']).toContain(role);
    }
  });
});
