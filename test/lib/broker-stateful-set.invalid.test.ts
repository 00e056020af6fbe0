import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import {
  BrokerStatefulSet,
  BrokerStatefulSetProps,
  KafkaCluster,
  KafkaVersion,
  NodeGroup,
  NodeIds,
} from '../../lib';
import { brokers, newBrokers, newCluster, newZookeeperCluster } from '../support/cases';
import { NO_LABELS, NO_POSITIVE_INTEGERS, noLabel, noPositiveInteger } from '../support/messages';
import { collectWarnings, messageOf, newChart, serverParts } from '../support/testing';

const brokersWith = (props: Partial<BrokerStatefulSetProps> = {}, cluster = newCluster(newChart())) =>
  newBrokers(cluster, props);
const failureOf = (props: Partial<BrokerStatefulSetProps>) => messageOf(() => brokersWith(props));

afterEach(() => void jest.restoreAllMocks());

test.each(NO_LABELS)("fails when mapName is '%s'", (mapName) => {
  expect(failureOf({ mapName })).toBe(noLabel('mapName', mapName));
});

test.each<[property: keyof BrokerStatefulSetProps, value: unknown, message: string]>([
  [
    'cluster',
    { clusterName: 'events' },
    'cluster of a BrokerStatefulSet is {"clusterName":"events"}; expected for example new KafkaCluster(chart, \'Kafka\', ' +
      '{ … }) in this app',
  ],
  [
    'atRiskTopics',
    'BLOCK',
    'atRiskTopics of a BrokerStatefulSet is "BLOCK"; it must be one of "allow", "block"',
  ],
])('fails when %s is %j', (property, value, message) => {
  const chart = newChart();
  const props = { ...brokers(newCluster(chart)), [property]: value } as BrokerStatefulSetProps;

  expect(messageOf(() => new BrokerStatefulSet(chart, 'Brokers', props))).toBe(message);
});

test('fails when the cluster is an imported one', () => {
  const chart = newChart();
  const cluster = KafkaCluster.fromAttributes(chart, 'Imported', {
    clusterName: 'events',
    version: KafkaVersion.V4_4,
  });
  const props = { ...brokers(newCluster(chart)), cluster } as BrokerStatefulSetProps;

  expect(messageOf(() => new BrokerStatefulSet(chart, 'Brokers', props))).toBe(
    "cluster of a BrokerStatefulSet is an instance of ImportedCluster; expected for example new KafkaCluster(chart, 'Kafka', { … }) in this app",
  );
});

describe('size', () => {
  test.each([
    [Size.gibibytes(4), '4Gi'],
    [Size.mebibytes(4097), '4097Mi'],
  ])('fails when the heap takes all of the memory (%#)', (heap, text) => {
    expect(failureOf({ heap })).toBe(
      `heap ${text} of brokers 'streams' must be below its memory limit 4Gi; ` +
        'the JVM needs memory outside its heap and Kafka relies on the page cache, so use half of the memory or less',
    );
  });

  test.each([NaN, Infinity, -1, 0, 10_001])('fails when cpu is %d', (amount) => {
    expect(failureOf({ cpu: Cpu.units(amount) })).toBe(
      `a CPU request is ${amount}; it must be above 0 and at most 10000 CPUs`,
    );
  });

  test.each([NaN, Infinity])('fails when memory is %d GiB', (amount) => {
    expect(failureOf({ memory: Size.gibibytes(amount) })).toBe(
      `a size is ${amount} MiB; it must be from 0 MiB to 1 PiB (1073741824 MiB)`,
    );
  });
});

describe.each<[property: keyof BrokerStatefulSetProps, seconds: number, minimum: string, below: string]>([
  ['preStopTimeout', 1, '1 second', '999 ms'],
  ['shutdownGracePeriod', 1, '1 second', '999 ms'],
  ['maxForceDuration', 300, '5 minutes', '299 seconds'],
  ['startupTimeout', 60, '1 minute', '59 seconds'],
])('%s', (property, seconds, minimum, below) => {
  const least = Duration.seconds(seconds);
  const less = seconds === 1 ? Duration.millis(999) : Duration.seconds(seconds - 1);

  test.each<[text: string, duration: Duration]>([
    ['0 seconds', Duration.seconds(0)],
    [below, less],
    ['8 days', Duration.days(8)],
    ['NaN seconds', Duration.seconds(NaN)],
  ])('fails when it is %s', (text, duration) => {
    expect(failureOf({ [property]: duration })).toBe(
      `${property} of brokers 'streams' is ${text}; it must be between ${minimum} and 7 days`,
    );
  });

  test(`can be ${minimum}`, () => {
    collectWarnings();
    const { agentConfig, container } = serverParts(brokersWith({ [property]: least }));

    expect({
      preStopTimeout: agentConfig.stop.preStopTimeoutSeconds,
      shutdownGracePeriod: agentConfig.stop.shutdownGracePeriodSeconds,
      maxForceDuration: agentConfig.maxForceSeconds,
      startupTimeout: container.startupProbe.failureThreshold * container.startupProbe.periodSeconds,
    }).toHaveProperty(property, seconds);
  });
});

test('warns of a shutdownGracePeriod that is shorter than the shutdown of Kafka', () => {
  const warnings = collectWarnings();
  brokersWith({ shutdownGracePeriod: Duration.minutes(4) });
  brokersWith({ shutdownGracePeriod: Duration.minutes(5) });

  expect(warnings).toEqual([
    "cdk8s-kafka: warning: shutdownGracePeriod of brokers 'streams' is 4 minutes, and Kafka's controlled shutdown can take " +
      '5 minutes: a broker killed meanwhile recovers its logs at the next start',
  ]);
});

test('warns of many brokers without zones, which cannot restart one after another before preStopTimeout', () => {
  const warnings = collectWarnings();
  const nodeGroup = NodeGroup.any({ zoneLabel: 'kubernetes.io/hostname' });
  brokersWith({ nodeGroup, brokerIds: NodeIds.between(1001, 1020) });
  brokersWith({ nodeGroup, brokerIds: NodeIds.between(1001, 1021), preStopTimeout: Duration.minutes(21) });
  brokersWith({ brokerIds: NodeIds.between(1001, 1021) });
  brokersWith({ nodeGroup, brokerIds: NodeIds.between(1001, 1021) });

  expect(warnings).toEqual([
    "cdk8s-kafka: warning: preStopTimeout of brokers 'streams' is 20 minutes, and 21 brokers without zones restart one after " +
      'another in up to 21 minutes: if all pods are deleted together, those that still wait after preStopTimeout stop together',
  ]);
});

test.each(NO_POSITIVE_INTEGERS)("fails when zookeeper.session.timeout.ms is '%s'", (text) => {
  const config = { 'zookeeper.session.timeout.ms': text };

  expect(messageOf(() => brokersWith({ config }, newZookeeperCluster(newChart())))).toBe(
    noPositiveInteger("brokers 'streams'", 'zookeeper.session.timeout.ms', text),
  );
});

test.each(['authorizer.class.name', 'offsets.topic.segment.bytes', 'transaction.state.log.segment.bytes'])(
  'fails when %s is set for one map',
  (setting) => {
    expect(failureOf({ config: { [setting]: '1048576' } })).toMatch(
      new RegExp(
        `^setting '${setting}' of brokers 'streams' is '1048576', but .*; set it in KafkaCluster\\.config$`,
      ),
    );
  },
);

describe('jvmOptions', () => {
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
  ])('fails when %s sets the heap', (option) => {
    expect(failureOf({ jvmOptions: ['-Dx=y', option] })).toBe(
      `jvmOptions of brokers 'streams' contain '${option}'; use the property heap, which is checked against the memory limit`,
    );
  });

  test.each([
    ['U+0000', '-Dx=\0'],
    ['U+D800', '-Dx=\ud800'],
    ['U+2028', '-Dx=\u2028'],
  ])('fails when an option contains %s', (character, option) => {
    expect(failureOf({ jvmOptions: [option] })).toBe(
      `jvmOptions[0] of a BrokerStatefulSet is a string, which contains ${character}, which YAML cannot express; remove it`,
    );
  });

  test.each(['-Dx=y -Xmx64g', '-Dx=y\n-Xmx64g', ' -Xmx64g', 'kafka.Kafka', ''])(
    'fails when %j is not one option',
    (option) => {
      expect(failureOf({ jvmOptions: [option] })).toBe(
        `jvmOptions of brokers 'streams' contain ${JSON.stringify(option)}; each item must be one option that starts with '-' ` +
          'and has no white space',
      );
    },
  );

  test('fails when it is a string', () => {
    expect(failureOf({ jvmOptions: '-Dx=y' as never })).toBe(
      "jvmOptions of a BrokerStatefulSet must be a list such as ['-XX:MaxGCPauseMillis=50'], got a string",
    );
  });

  test.each([
    ['-Djavax.net.ssl.keyStorePassword=hunter2', '-Djavax.net.ssl.keyStorePassword=…'],
    ['-Ddb.passwd=hunter2', '-Ddb.passwd=…'],
    ['-javaagent:/opt/agent.jar=url=a,api_key=hunter2', '-javaagent:/opt/agent.jar=url=a,api_key=…'],
  ])('fails when %s contains a secret, and the message hides it', (option, shown) => {
    expect(failureOf({ jvmOptions: [option] })).toBe(
      `jvmOptions of brokers 'streams' contain '${shown}', which is a secret, and the StatefulSet would expose it; put it into a ` +
        "file of a Secret, and give PodVolume.fromSecret('jvm', 'kafka-jvm', { mountPath: '/etc/jvm' }) in volumes and " +
        "'-XX:VMOptionsFile=/etc/jvm/options' in jvmOptions",
    );
  });

  test('the message about several options hides a secret', () => {
    expect(failureOf({ jvmOptions: ['-Dx=y -Dpassword=hunter2 -Dz=0'] })).toBe(
      "jvmOptions of brokers 'streams' contain \"-Dx=y -Dpassword=…\"; each item must be one option that starts with '-' and has " +
        'no white space',
    );
  });

  test.each(['-Dvault.password.file=/etc/vault/password', '-Djavax.net.ssl.keyStoreType=PKCS12'])(
    'accepts %s',
    (option) => {
      expect(failureOf({ jvmOptions: [option] })).toBe('nothing was thrown');
    },
  );

  const LOG = "use -Xlog, for example '-Xlog:gc*'";
  const COLLECTOR = "remove it, or choose another collector, for example '-XX:+UseZGC'";
  test.each([
    ['-XX:+UseConcMarkSweepGC', COLLECTOR],
    ['-XX:+UseParNewGC', COLLECTOR],
    ['-XX:CMSInitiatingOccupancyFraction=75', COLLECTOR],
    ['-XX:+UseCMSInitiatingOccupancyOnly', COLLECTOR],
    ['-XX:-UseBiasedLocking', 'remove it'],
    ['-XX:BiasedLockingStartupDelay=0', 'remove it'],
    ['-XX:+UseContainerCpuShares', 'remove it'],
    ['-XX:MaxPermSize=1g', "use '-XX:MaxMetaspaceSize=…', or remove it"],
    ['-XX:+PrintGCDateStamps', LOG],
    ['-XX:-PrintGCTimeStamps', LOG],
    ['-XX:+PrintGCApplicationStoppedTime', LOG],
    ['-XX:+UseGCLogFileRotation', LOG],
    ['-XX:NumberOfGCLogFiles=10', LOG],
    ['-XX:+AggressiveOpts', 'remove it'],
    ['-XX:+UseCGroupMemoryLimitForHeap', 'remove it'],
    ['-Xincgc', 'remove it'],
    ['-d64', 'remove it'],
    ['-Djava.ext.dirs=/ext', 'remove it'],
  ])('fails when Java 17 or 21 does not know %s', (option, remedy) => {
    expect(failureOf({ jvmOptions: [option] })).toBe(
      `jvmOptions of brokers 'streams' contain '${option}', which Java 17 or 21 does not know, so the JVM would not start; ${remedy}`,
    );
  });

  test('fails when an experimental option is not unlocked before it', () => {
    const unlock = '-XX:+UnlockExperimentalVMOptions';
    const option = '-XX:G1NewSizePercent=5';

    expect(failureOf({ jvmOptions: [option, unlock] })).toBe(
      `jvmOptions of brokers 'streams' contain '${option}', which is experimental, so the JVM would not start; add '${unlock}' before it`,
    );
    expect(failureOf({ jvmOptions: [unlock, option] })).toBe('nothing was thrown');
  });

  test('fails with all problems at once', () => {
    expect(failureOf({ jvmOptions: ['-XX:+UseZGC', '-Xmx1g', '-d64', '-XX:+UseG1GC'] })).toMatch(
      /contain '-Xmx1g'.*'-d64'.*several garbage collectors, -XX:\+UseZGC and -XX:\+UseG1GC; keep one of them$/,
    );
  });

  test('can contain unknown options that the JVM ignores', () => {
    expect(failureOf({ jvmOptions: ['-XX:+IgnoreUnrecognizedVMOptions', '-XX:+UseConcMarkSweepGC'] })).toBe(
      'nothing was thrown',
    );
  });

  test('can have other options of the garbage collection', () => {
    expect(
      failureOf({ jvmOptions: ['-XX:MaxGCPauseMillis=50', '-XX:MaxDirectMemorySize=1g', '-Xlog:gc'] }),
    ).toBe('nothing was thrown');
  });
});
