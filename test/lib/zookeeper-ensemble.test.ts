import { Duration, Size } from 'cdk8s';
import { ServerStorage, ZookeeperEnsemble, ZookeeperEnsembleProps } from '../../lib';
import { CASES } from '../support/cases';
import { NO_LABELS, noLabel } from '../support/messages';
import {
  Manifest,
  find,
  messageOf,
  newChart,
  objectsOf,
  readProperties,
  snapshotOf,
} from '../support/testing';

function newEnsemble(props?: ZookeeperEnsembleProps, namespace = 'kafka'): ZookeeperEnsemble {
  return new ZookeeperEnsemble(newChart(namespace), 'Zookeeper', props);
}

function serversWith(props?: ZookeeperEnsembleProps) {
  const ensemble = newEnsemble(props);
  const set: Manifest = ensemble.statefulSet.toJson();
  const objects = objectsOf(ensemble);
  return {
    ensemble,
    set,
    container: set.spec.template.spec.containers[0],
    settings: readProperties(find(objects, 'ConfigMap', ensemble.ensembleName).data['zoo.cfg']),
  };
}

test('with defaults', () => {
  expect(snapshotOf(objectsOf(CASES['ZookeeperEnsemble, defaults'](newChart())))).toMatchSnapshot();
});

test('with all props', () => {
  expect(snapshotOf(objectsOf(CASES['ZookeeperEnsemble, all props'](newChart())))).toMatchSnapshot();
});

test('counts its servers from 1, as ZooKeeper does', () => {
  const { ensemble, set, settings } = serversWith({ replicas: 3 });

  expect(ensemble.servers).toEqual(
    [1, 2, 3].map((number) => `zookeeper-${number}.zookeeper-servers.kafka.svc.cluster.local:2182`),
  );
  expect(set.spec.ordinals).toEqual({ start: 1 });
  expect(set.spec.replicas).toBe(3);
  expect(settings).toMatchObject({
    'server.1': 'zookeeper-1.zookeeper-servers.kafka.svc.cluster.local:2888:3888',
    'server.3': 'zookeeper-3.zookeeper-servers.kafka.svc.cluster.local:2888:3888',
  });
  expect(settings).not.toHaveProperty(['server.4']);
});

test('settings of a user win over the chosen ones', () => {
  expect(serversWith({ config: { tickTime: '1000', 'quorum.cnxTimeoutMs': '5' } }).settings).toMatchObject({
    tickTime: '1000',
    'quorum.cnxTimeoutMs': '5',
    initLimit: '20',
  });
});

test('is alive while its port answers; whether it is ready, the agent says', () => {
  const { container, set } = serversWith();
  const [, agent] = set.spec.template.spec.containers;

  expect(container).not.toHaveProperty('readinessProbe');
  expect(agent.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'agent' });
  expect(container.livenessProbe.tcpSocket).toEqual({ port: 'client' });
  expect(container.startupProbe.tcpSocket).toEqual({ port: 'client' });
});

test('asks the agent before it stops, and has its own time after that', () => {
  const { container, set } = serversWith({
    preStopTimeout: Duration.minutes(3),
    shutdownGracePeriod: Duration.seconds(50),
  });

  expect(container.lifecycle.preStop.httpGet).toEqual({ path: '/pre-stop', port: 8081 });
  expect(set.spec.template.spec.terminationGracePeriodSeconds).toBe(230);
});

test('tells its agent who the others are', () => {
  const config = JSON.parse(find(objectsOf(newEnsemble()), 'ConfigMap', 'zookeeper').data['agent.json']);

  expect(config).toMatchObject({
    role: 'zookeeper',
    certificates: [{ folder: 'metadata', reload: 'dynamic' }],
    listener: { port: 2182, certificates: 'metadata' },
    election: { port: 3888, certificates: 'metadata' },
    disks: [{ mountPath: '/var/lib/zookeeper', logDir: '/var/lib/zookeeper/data' }],
    ledger: 'zookeeper-ledger',
    stop: { holdSeconds: 300, graceSeconds: 120 },
  });
  expect(config.servers).toEqual(
    [1, 2, 3].map((id) => ({ id, host: `zookeeper-${id}.zookeeper-servers.kafka.svc.cluster.local` })),
  );
});

test('a change of a setting restarts for settings, and for nothing else', () => {
  const annotationsOf = (props: ZookeeperEnsembleProps) =>
    serversWith(props).set.spec.template.metadata.annotations;
  const before = annotationsOf({});
  const after = annotationsOf({ config: { tickTime: '1000' } });

  expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual([
    'cdk8s-kafka.io/restart-settings',
  ]);
});

test('tools reach ready servers only, servers reach each other before', () => {
  const { ensemble } = serversWith();

  expect(ensemble.clientService.toJson().spec).not.toHaveProperty('publishNotReadyAddresses');
  expect(ensemble.service.toJson().spec.publishNotReadyAddresses).toBe(true);
});

test('shows the ConfigMap with zoo.cfg', () => {
  const { configMap } = newEnsemble();

  expect(configMap.name).toBe('zookeeper');
  expect(Object.keys((configMap.toJson() as Manifest).data)).toEqual(['agent.json', 'zoo.cfg']);
});

test('only the agent has a token of the Kubernetes API', () => {
  const { set, container } = serversWith();

  expect(set.spec.template.spec.automountServiceAccountToken).toBe(false);
  expect(JSON.stringify(container)).not.toContain('kubernetes-api');
});

test.each(NO_LABELS)("fails when ensembleName is '%s'", (ensembleName) => {
  expect(messageOf(() => newEnsemble({ ensembleName }))).toBe(noLabel('ensembleName', ensembleName));
});

test.each([0, 2, 4, -1, 1.5, NaN])('fails when there are %d servers', (replicas) => {
  expect(messageOf(() => newEnsemble({ replicas }))).toBe(
    `replicas of a ZooKeeper ensemble are ${replicas}; choose an odd number, best 3 or 5, as an even one survives no ` +
      'more failures than one server less',
  );
});

test.each([
  '4lw.commands.whitelist',
  'admin.enableServer',
  'clientPort',
  'clientPortAddress',
  'dataDir',
  'dataLogDir',
  'dynamicConfigFile',
  'metricsProvider.httpPort',
  'quorumListenOnAllIPs',
  'reconfigEnabled',
  'secureClientPort',
  'secureClientPortAddress',
  'standaloneEnabled',
  'server.1',
  'server.9',
])('fails when config has %s', (setting) => {
  expect(messageOf(() => newEnsemble({ config: { [setting]: 'x' } }))).toBe(
    `setting '${setting}' of a ZooKeeper ensemble is 'x', but the construct decides it; leave it out`,
  );
});

test('fails when there are two disks', () => {
  const storage = ServerStorage.networkVolume({ size: Size.gibibytes(10), disks: 2 });

  expect(messageOf(() => newEnsemble({ storage }))).toBe(
    "storage of ZooKeeper ensemble 'zookeeper' has 2 disks; it keeps one log, so give it 1 disk",
  );
});

test('fails when the heap takes all of the memory', () => {
  expect(messageOf(() => newEnsemble({ memory: Size.gibibytes(1), heap: Size.gibibytes(2) }))).toBe(
    "heap 2Gi of ZooKeeper ensemble 'zookeeper' is not below its memory limit 1Gi; " +
      'the JVM needs memory beside its heap and Kafka lives off the page cache, so give it half or less',
  );
});

test.each([0, 999])('fails when shutdownGracePeriod is %i ms', (milliseconds) => {
  expect(messageOf(() => newEnsemble({ shutdownGracePeriod: Duration.millis(milliseconds) }))).toBe(
    `shutdownGracePeriod of ZooKeeper ensemble 'zookeeper' is ${milliseconds} ms; give it a second or more`,
  );
});

test('a shutdownGracePeriod of one second is enough to be counted', () => {
  const { set } = serversWith({
    preStopTimeout: Duration.seconds(1),
    shutdownGracePeriod: Duration.seconds(1),
  });

  expect(set.spec.template.spec.terminationGracePeriodSeconds).toBe(2);
});

test('fails when the chart names no namespace', () => {
  expect(messageOf(() => newEnsemble({}, ''))).toBe(
    "chart 'test' names no namespace, and addresses of brokers contain it; write new Chart(app, 'test', { namespace: '...' })",
  );
});
