/* Rules for all pods, and defaults of the servers of all kinds. Snapshots show them too; here each has a name. */
import { Chart } from 'cdk8s';
import { ALL_CASES, newCluster, newMap, newTopicSync, newZookeeperCluster } from '../support/cases';
import { EXAMPLES } from '../support/examples';
import {
  Manifest,
  allContainers,
  collectWarnings,
  find,
  newChart,
  ofKind,
  podTemplates,
  readProperties,
  synth,
} from '../support/testing';

function objectsOf(define: (chart: Chart) => ReturnType<typeof newCluster>): Manifest[] {
  const chart = newChart();
  const cluster = define(chart);
  newMap(cluster);
  newTopicSync(cluster);
  return synth(chart);
}

const KRAFT = objectsOf(newCluster);
const ZOOKEEPER = objectsOf(newZookeeperCluster);
const BOTH: [mode: string, objects: Manifest[]][] = [
  ['KRaft', KRAFT],
  ['ZooKeeper', ZOOKEEPER],
];
const CHARTS: [name: string, define: () => Chart][] = [
  ...EXAMPLES,
  ...ALL_CASES.map(([name, define]): [string, () => Chart] => [
    name,
    () => {
      const chart = newChart();
      define(chart);
      return chart;
    },
  ]),
];

const APP_NAME = 'app.kubernetes.io/name';

const SPREAD_OVER_ZONES = {
  topologyKey: 'topology.kubernetes.io/zone',
  maxSkew: 1,
  // A strict rule would keep a broker pending whose disk is in the zone with most brokers.
  whenUnsatisfiable: 'ScheduleAnyway',
  nodeTaintsPolicy: 'Honor',
};

describe.each(BOTH)('brokers in %s mode', (mode, objects) => {
  const set = find(objects, 'StatefulSet', 'events-streams').spec;
  const pod = set.template.spec;
  const [kafka, agent] = pod.containers;

  test('never share a node with another broker of any map, cluster or namespace', () => {
    const [rule] = pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;

    expect(pod.affinity.podAntiAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          topologyKey: 'kubernetes.io/hostname',
          namespaceSelector: {},
          // Charts of others have brokers with the labels of app.kubernetes.io too.
          labelSelector: { matchExpressions: [{ key: 'cdk8s-kafka.io/map', operator: 'Exists' }] },
        },
      ],
    });
    expect(set.template.metadata.labels).toHaveProperty([rule.labelSelector.matchExpressions[0].key]);
  });

  test('are spread over zones, as far as nodes allow', () => {
    expect(pod.topologySpreadConstraints).toEqual([{ ...SPREAD_OVER_ZONES, labelSelector: set.selector }]);
  });

  test('retain their claims', () => {
    expect(set.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  });

  test('have their ids as ordinals, and start in parallel', () => {
    expect(set.ordinals).toEqual({ start: 1001 });
    expect(set.replicas).toBe(3);
    expect(set.podManagementPolicy).toBe('Parallel');
    expect(set.updateStrategy).toEqual({ type: 'RollingUpdate' });
  });

  test('get their identity in the first init container', () => {
    expect(pod.initContainers.map(({ name }: Manifest) => name)).toEqual(
      mode === 'KRaft' ? ['init', 'format'] : ['init'],
    );
    expect(pod.initContainers[0].args).toEqual(['/etc/cdk8s-kafka/agent.json']);
  });

  test('may recover their logs for six hours; later the probes check their port', () => {
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

  test('are ready when the agent reports it', () => {
    expect(agent.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port: 'agent' } });
    // One late response of a busy node is tolerated, and the second failure ends readiness within seconds.
    const { periodSeconds, timeoutSeconds, failureThreshold } = agent.readinessProbe;
    expect(failureThreshold).toBe(2);
    expect(periodSeconds * failureThreshold).toBeLessThanOrEqual(4);
    expect(periodSeconds + timeoutSeconds * failureThreshold).toBeLessThanOrEqual(8);
    expect(agent.ports).toEqual([
      { name: 'agent', containerPort: 8080 },
      { name: 'stop', containerPort: 8081 },
    ]);
    expect(pod.containers.filter(({ readinessProbe }: Manifest) => readinessProbe)).toEqual([agent]);
  });

  test('have 20 minutes for preStop and 10 minutes for their shutdown', () => {
    expect(pod.terminationGracePeriodSeconds).toBe(1800);
  });

  test('have host names and are in the bootstrap Service before they are ready', () => {
    const headless = find(objects, 'Service', 'events-brokers').spec;
    const bootstrap = find(objects, 'Service', 'events-bootstrap').spec;

    expect(headless).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(bootstrap).toMatchObject({ publishNotReadyAddresses: true });
    expect(bootstrap).not.toHaveProperty('clusterIP');
    expect(set.serviceName).toBe('events-brokers');
    expect(bootstrap.selector).toEqual(headless.selector);
  });
});

describe.each([
  ['controllers', find(KRAFT, 'StatefulSet', 'events-controllers'), KRAFT],
  ['ZooKeeper servers', find(ZOOKEEPER, 'StatefulSet', 'zookeeper'), ZOOKEEPER],
])('%s', (_, { metadata, spec }, objects) => {
  const pod = spec.template.spec;

  test('are three, on three nodes, spread over zones as far as nodes allow', () => {
    expect(spec.replicas).toBe(3);
    expect(spec.ordinals).toEqual({ start: 1 });
    expect(spec.podManagementPolicy).toBe('Parallel');
    expect(pod.affinity).toEqual({
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: spec.selector },
        ],
      },
    });
    expect(pod.topologySpreadConstraints).toEqual([{ ...SPREAD_OVER_ZONES, labelSelector: spec.selector }]);
  });

  test('retain their claims, and have 5 minutes for preStop and 2 minutes for their shutdown', () => {
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    expect(pod.terminationGracePeriodSeconds).toBe(7 * 60);
  });

  test('can be evicted one at a time, and have host names before they are ready', () => {
    expect(find(objects, 'PodDisruptionBudget', metadata.name).spec.maxUnavailable).toBe(1);
    expect(find(objects, 'Service', spec.serviceName).spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
  });
});

describe.each(CHARTS)('pods of %s', (_, define) => {
  collectWarnings();
  // The provisioner of local volumes needs root and a folder of its node.
  const objects = synth(define()).filter(({ metadata }) => metadata.labels?.[APP_NAME] !== 'local-volumes');
  jest.restoreAllMocks();

  test('meet the Pod Security Standard "restricted", and have a read-only root file system', () => {
    for (const [, { spec }] of podTemplates(objects)) {
      const { runAsUser, runAsGroup, fsGroup, ...profile } = spec.securityContext;
      expect(profile).toEqual({
        runAsNonRoot: true,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect([runAsUser, runAsGroup, fsGroup].every((id) => id === undefined || id >= 1000)).toBe(true);
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

  test('have a memory request that equals the limit, and no CPU limit', () => {
    for (const [, { resources }] of allContainers(objects)) {
      expect(Object.keys(resources.limits)).toEqual(['memory']);
      expect(resources.requests.memory).toBe(resources.limits.memory);
      expect(resources.requests.cpu).toMatch(/^\d+m?$/);
    }
  });

  test('mount the token of their ServiceAccount in containers of the programs of this package only', () => {
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
        spec.initContainers
          ? ['init', 'agent']
          : workload.startsWith('Deployment/')
            ? [workload.replace(/.*-/, '')]
            : ['topics'],
      ),
    );
  });

  test('have one Kafka role', () => {
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
