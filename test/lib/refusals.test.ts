/*
 * What no construct takes, whoever calls it: from JavaScript and other languages nothing is checked before.
 */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  NodeIds,
  ControllerQuorum,
  KafkaCluster,
  KafkaMap,
  KafkaMapProps,
  KafkaVersion,
  NodeGroup,
  NodeGroupOptions,
  TopicConfigMap,
  TopicSyncCronJob,
  ZookeeperEnsemble,
} from '../../lib';
import { brokers, newBrokers, newCluster, newTopics } from '../support/cases';
import { messageOf, newChart } from '../support/testing';

/** What the compiler would refuse. */
const wrong = <T>(value: unknown): T => value as T;

describe('required properties', () => {
  const identity = { clusterName: 'events', version: KafkaVersion.V4_4 };

  test.each<[string, () => unknown, string]>([
    [
      'a cluster without anything',
      () => new KafkaCluster(newChart(), 'Kafka', wrong(undefined)),
      'clusterName of a KafkaCluster is missing; give it a string',
    ],
    [
      'a cluster with a gap in a list',
      () => new KafkaCluster(newChart(), 'Kafka', { ...identity, clients: [wrong(null)] }),
      'clients of a KafkaCluster is [null], a list with gaps; leave them out',
    ],
    [
      'a cluster with a version in words',
      () => new KafkaCluster(newChart(), 'Kafka', { ...identity, version: wrong('4.4.0') }),
      'version of a KafkaCluster is "4.4.0"; ' +
        "give it a KafkaVersion, for example KafkaVersion.V4_4 or KafkaVersion.of('4.4.0')",
    ],
    [
      'controllers without a name',
      () => new ControllerQuorum(newChart(), 'Controllers', { ...identity, clusterName: wrong(null) }),
      'clusterName of a ControllerQuorum is null; give it a string',
    ],
    [
      'a cluster with one client',
      () => new KafkaCluster(newChart(), 'Kafka', { ...identity, clients: wrong('shop') }),
      'clients of a KafkaCluster is "shop"; give it a list',
    ],
    [
      'a cluster with metadata of no kind',
      () => new KafkaCluster(newChart(), 'Kafka', { ...identity, metadata: wrong({}) }),
      'metadata of a KafkaCluster is {}; give it a ControllerQuorum or a ZookeeperEnsemble',
    ],
    [
      'a ZooKeeper whose stops are held for a number',
      () => new ZookeeperEnsemble(newChart(), 'Zookeeper', { preStopTimeout: wrong(300) }),
      'preStopTimeout of a ZookeeperEnsemble is 300; give it a Duration, for example Duration.minutes(20)',
    ],
    [
      'controllers with a size in words',
      () => new ControllerQuorum(newChart(), 'Controllers', { ...identity, memory: wrong('2Gi') }),
      'memory of a ControllerQuorum is "2Gi"; give it a Size, for example Size.gibibytes(4)',
    ],
    [
      'a list of topics that is none',
      () => new TopicConfigMap(newChart(), 'TopicList', wrong({ topics: 'events.clicks' })),
      'topics of a TopicConfigMap is "events.clicks"; give it a list',
    ],
    [
      'a topic job with the topics themselves',
      () =>
        new TopicSyncCronJob(newChart(), 'Topics', wrong({ cluster: newCluster(newChart()), topics: [] })),
      'topics of a TopicSyncCronJob is []; give it a TopicConfigMap',
    ],
  ])('fails for %s', (_, define, message) => {
    expect(messageOf(define)).toBe(message);
  });

  test.each<[keyof KafkaMapProps, unknown, string]>([
    ['cluster', undefined, 'cluster of a map is missing; give it a KafkaCluster'],
    ['mapName', 7, 'mapName of a map is 7; give it a string'],
    ['topics', 'events.*', 'topics of a map is "events.*"; give it a list'],
    [
      'brokerIds',
      [1001, 1002],
      'brokerIds of a map is [1001,1002]; give it a range of ids, for example NodeIds.between(1001, 1003)',
    ],
    [
      'nodeGroup',
      undefined,
      'nodeGroup of a map is missing; give it a NodeGroup, for example NodeGroup.any()',
    ],
    ['heap', '4Gi', 'heap of a map is "4Gi"; give it a Size, for example Size.gibibytes(4)'],
    ['cpu', 2, 'cpu of a map is 2; give it a Cpu, for example Cpu.units(2)'],
    ['atRiskTopics', 'BLOCK', 'atRiskTopics of a map is "BLOCK"; give it one of "allow", "block"'],
    ['preStopTimeout', 1200, 'preStopTimeout of a map is 1200; give it a Duration, for example Duration.minutes(20)'],
    [
      'storage',
      undefined,
      'storage of a map is missing; give it a ServerStorage, for example ServerStorage.localVolume({ ... })',
    ],
  ])('fails for a map with %s %j', (property, value, message) => {
    const cluster = newCluster(newChart());
    const props = { ...brokers(cluster), topics: ['events'], [property]: value };

    expect(messageOf(() => new KafkaMap(newChart(), 'Map', wrong(props)))).toBe(message);
  });
});

describe('numbers', () => {
  const define = (props: Partial<KafkaMapProps>) =>
    messageOf(() => newBrokers(newCluster(newChart()), props));

  test.each([NaN, Infinity, -1, 0, 10_001])('fails when cpu is %d', (amount) => {
    expect(define({ cpu: Cpu.units(amount) })).toBe(
      `a CPU request is ${amount}; write a number above zero that a machine can have`,
    );
  });

  test.each([NaN, Infinity])('fails when memory is %d GiB', (amount) => {
    expect(define({ memory: Size.gibibytes(amount) })).toBe(
      `a size is ${amount} MiB; write a number that a machine can have`,
    );
  });

  test('fails when a time is no number', () => {
    expect(define({ shutdownGracePeriod: Duration.seconds(NaN) })).toBe(
      "shutdownGracePeriod of map 'streams' is NaN ms; give it a second or more",
    );
  });

  test('fails when cpu is a size', () => {
    expect(define({ cpu: Size.gibibytes(2) as never })).toContain(
      '; give it a Cpu, for example Cpu.units(2)',
    );
  });

  test('fails when a range has more brokers than anybody runs', () => {
    expect(NodeIds.between(1, 5000).count).toBe(5000);
    expect(messageOf(() => NodeIds.between(1, 5001))).toBe(
      'broker ids 1-5001 are 5001 brokers, 5000 are allowed; correct the range',
    );
  });

  test('fails when more than nine controllers would have to agree', () => {
    const nodeIds = NodeIds.between(1, 11);

    expect(
      messageOf(
        () =>
          new ControllerQuorum(newChart(), 'Controllers', {
            clusterName: 'events',
            version: KafkaVersion.V4_4,
            nodeIds,
          }),
      ),
    ).toBe('nodeIds 1-11 are 11 controllers, which all have to agree; choose 3 or 5, 9 at most');
  });
});

test('fails when more than nine ZooKeeper servers would have to agree', () => {
  const define = (replicas: number) =>
    messageOf(() => new ZookeeperEnsemble(newChart(), 'Zookeeper', { replicas }));

  expect(define(9)).toBe('nothing was thrown');
  expect(define(11)).toBe(
    'replicas of a ZooKeeper ensemble are 11, which all have to agree; choose 3 or 5, 9 at most',
  );
});

describe('options of the JVM', () => {
  const define = (jvmOptions: string[]) =>
    messageOf(() => newBrokers(newCluster(newChart()), { jvmOptions }));

  test.each([
    '-Xmx64g',
    '-Xms1g',
    '-mx64g',
    '-XX:MaxHeapSize=64g',
    '-XX:InitialHeapSize=64g',
    '-XX:MinHeapSize=64g',
    '-XX:SoftMaxHeapSize=64g',
    '-XX:MaxRAM=64g',
    '-XX:MaxRAMPercentage=90',
    '-XX:MinRAMPercentage=90',
    '-XX:InitialRAMPercentage=90',
    '-XX:MaxRAMFraction=1',
    '-XX:+AggressiveHeap',
  ])('fail when they set the heap by %s', (option) => {
    expect(define(['-Dx=y', option])).toBe(
      `jvmOptions of map 'streams' have '${option}'; choose heap, which is held against the memory limit`,
    );
  });

  test.each(['-Dx=y -Xmx64g', '-Dx=y\n-Xmx64g', ' -Xmx64g', 'kafka.Kafka', '', wrong<string>(7)])(
    'fail when %j is not one option',
    (option) => {
      expect(define([option])).toBe(
        `jvmOptions of map 'streams' have ${JSON.stringify(option)}; write one option in each string, with '-' before it and ` +
          'no white space in it',
      );
    },
  );

  test('may say how collections share the heap', () => {
    expect(define(['-XX:MaxGCPauseMillis=50', '-XX:MaxDirectMemorySize=1g', '-Xlog:gc'])).toBe(
      'nothing was thrown',
    );
  });

  test('fail when they are one text', () => {
    expect(define(wrong('-Dx=y'))).toBe(
      `jvmOptions of map 'streams' are "-Dx=y"; write a list, one option in each string`,
    );
  });
});

describe('labels and annotations of pods', () => {
  const define = (props: Partial<KafkaMapProps>) =>
    messageOf(() => newBrokers(newCluster(newChart()), props));

  test('fail when they would consent for every pod and all time', () => {
    expect(define({ podAnnotations: { 'cdk8s-kafka.io/accept-data-loss': 'always: yes' } })).toBe(
      "'cdk8s-kafka.io/accept-data-loss' of map 'streams' belongs to cdk8s-kafka.io, where it has a meaning for a single " +
        'pod and a moment; leave it out',
    );
  });

  test.each(['a b', '', '-a', 'x/y/z', 'Upper.Case.Domain/x'])("fail when a key is '%s'", (key) => {
    const message = `'${key}' is no key that Kubernetes takes; use letters, digits, '-', '_' and '.', with a domain and '/' before it`;

    expect(define({ podLabels: { [key]: 'x' } })).toBe(`pod label of map 'streams' ${message}`);
    expect(define({ podAnnotations: { [key]: 'x' } })).toBe(`pod annotation of map 'streams' ${message}`);
  });

  test.each(['a b', 'x'.repeat(64), '-a'])("fail when the value of a label is '%s'", (value) => {
    expect(define({ podLabels: { team: value } })).toBe(
      `pod label of map 'streams' 'team' has the value "${value}"; use up to 63 letters, digits, '-', '_' and '.', as a string`,
    );
  });

  test('fail when annotations are more than an object may have', () => {
    const key = 'example.com/x';
    const fill = (more: number) => ({ [key]: 'x'.repeat(255 * 1024 - key.length + more) });

    expect(define({ podAnnotations: fill(0) })).toBe('nothing was thrown');
    expect(define({ podAnnotations: fill(1) })).toBe(
      "pod annotations of map 'streams' take 261121 bytes, and Kubernetes takes 261120; put what is long into a ConfigMap",
    );
  });

  test('fail when the value of an annotation is no string', () => {
    expect(define({ podAnnotations: wrong({ port: 8080 }) })).toBe(
      "pod annotation 'port' of map 'streams' is 8080; write a string",
    );
  });
});

describe('node groups', () => {
  const define = (options: NodeGroupOptions) => messageOf(() => NodeGroup.any(options));

  test.each([{}, { key: '' }, 'dedicated=kafka:NoSchedule'])(
    'fail when a taint is %j, which would tolerate everything',
    (taint) => {
      expect(define({ taints: [wrong(taint)] })).toBe(
        `taint ${JSON.stringify(taint)} of a node group has no key; write { key: '...', value: '...' }`,
      );
    },
  );

  test('fail when the key or the value of a taint is none', () => {
    expect(define({ taints: [{ key: 'a b' }] })).toBe(
      "taint of a node group 'a b' is no key that Kubernetes takes; use letters, digits, '-', '_' and '.', with a domain and " +
        "'/' before it",
    );
    expect(define({ taints: [{ key: 'dedicated', value: 'a b' }] })).toBe(
      "taint of a node group 'dedicated' has the value \"a b\"; use up to 63 letters, digits, '-', '_' and '.', as a string",
    );
  });

  test('fail when a zone is no value of a label', () => {
    expect(define({ zones: ['zone a'] })).toBe(
      'zone of a node group, a label \'topology.kubernetes.io/zone\' has the value "zone a"; use up to 63 letters, digits, ' +
        "'-', '_' and '.', as a string",
    );
  });

  test('fail when the effect of a taint is none', () => {
    expect(define({ taints: [{ key: 'dedicated', effect: wrong('noschedule') }] })).toBe(
      "effect of taint 'dedicated' is 'noschedule'; use one of NoSchedule, PreferNoSchedule, NoExecute",
    );
  });

  test.each([['zone-a'], ['zone-a', 'zone-a']])(
    'fail when zones are not a list with each once',
    (...zones) => {
      const given = zones.length === 1 ? zones[0] : zones;

      expect(define({ zones: wrong(given) })).toBe(
        `zones of a node group are ${JSON.stringify(given)}; write a list with each zone once`,
      );
    },
  );

  test('fail when a label has a value that no node has', () => {
    expect(messageOf(() => NodeGroup.labeled({ team: 'a b' }))).toBe(
      `label of a node group 'team' has the value "a b"; use up to 63 letters, digits, '-', '_' and '.', as a string`,
    );
  });
});

describe('the cluster domain', () => {
  test.each(['', 'a b', '.local', 'A.local', 'a'.repeat(64)])("fails when it is '%s'", (clusterDomain) => {
    const message = `clusterDomain '${clusterDomain}' is no DNS domain; write it as kubelets have it, for example 'cluster.local'`;

    expect(messageOf(() => newCluster(newChart(), { clusterDomain }))).toBe(message);
    expect(messageOf(() => new ZookeeperEnsemble(newChart(), 'Zookeeper', { clusterDomain }))).toBe(message);
  });

  test('fails when brokers and controllers would be in different ones', () => {
    const chart = newChart();
    const version = KafkaVersion.V4_4;
    const metadata = new ControllerQuorum(chart, 'Controllers', { clusterName: 'events', version });

    expect(messageOf(() => newCluster(chart, { metadata, clusterDomain: 'corp.local' }))).toBe(
      "clusterDomain of cluster 'events' is 'corp.local' and that of its ControllerQuorum 'cluster.local'; " +
        'they run in one Kubernetes cluster, so give both the same',
    );
  });
});

test('a cluster of single replicas needs one in sync', () => {
  const chart = newChart();
  newTopics(chart, {});
  const config = { 'default.replication.factor': '1' };

  expect(messageOf(() => newCluster(chart, { config }))).toBe('nothing was thrown');
});
