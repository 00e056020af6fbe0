import { Duration, Size } from 'cdk8s';
import {
  InterBrokerSecurity,
  NetworkPeer,
  ServerStorage,
  ZookeeperEnsemble,
  ZookeeperEnsembleProps,
} from '../../lib';
import { NO_LABELS, noLabel } from '../support/messages';
import { messageOf, newChart } from '../support/testing';

const failureOf = (props: ZookeeperEnsembleProps, namespace = 'kafka') =>
  messageOf(() => new ZookeeperEnsemble(newChart(namespace), 'Zookeeper', props));

test.each(NO_LABELS)("fails when ensembleName is '%s'", (ensembleName) => {
  expect(failureOf({ ensembleName })).toBe(noLabel('ensembleName', ensembleName));
});

test.each([0, 2, 4, 11, -1, 1.5, NaN])('fails when replicas is %d', (replicas) => {
  expect(failureOf({ replicas })).toBe(
    `replicas of a ZookeeperEnsemble is ${replicas}; use 1, 3, 5, 7 or 9, preferably 3 or 5: an even number tolerates no ` +
      'more failures than one server less',
  );
});

test('replicas can be 9', () => {
  expect(failureOf({ replicas: 9 })).toBe('nothing was thrown');
});

test.each([
  '4lw.commands.whitelist',
  'admin.enableServer',
  'client.portUnification',
  'clientPort',
  'clientPortAddress',
  'dataDir',
  'dataLogDir',
  'dynamicConfigFile',
  'metricsProvider.httpPort',
  'portUnification',
  'quorumListenOnAllIPs',
  'reconfigEnabled',
  'secureClientPort',
  'secureClientPortAddress',
  'server.1',
  'server.9',
  'ssl.clientAuth',
  'sslQuorum',
  'standaloneEnabled',
])('fails when config has %s', (setting) => {
  expect(failureOf({ config: { [setting]: 'x' } })).toBe(
    `setting '${setting}' of a ZookeeperEnsemble is 'x', but the construct decides it; leave it out`,
  );
});

const NUMBER = 'it must be a whole number';
const ABOVE_0 = 'it must be a whole number from 1 to 2147483647';
const BOOLEAN = "it must be 'true' or 'false'";

test.each([
  ['tickTime', '2s', ABOVE_0],
  ['tickTime', '0', ABOVE_0],
  ['tickTime', '-1', ABOVE_0],
  ['initLimit', '0', ABOVE_0],
  ['syncLimit', '2147483648', ABOVE_0],
  ['maxClientCnxns', 'x', NUMBER],
  ['maxClientCnxns', '60\u00a0', NUMBER],
  ['clientPortListenBacklog', 'x', NUMBER],
  ['syncEnabled', 'yes', BOOLEAN],
  ['localSessionsEnabled', '1', BOOLEAN],
  ['multiAddress.reachabilityCheckEnabled', 'no', BOOLEAN],
  ['electionAlg', '1', "it must be '3', or left out"],
])('fails when %s is %j in config', (setting, value, remedy) => {
  expect(failureOf({ config: { [setting]: value } })).toBe(
    `setting '${setting}' of a ZookeeperEnsemble is '${value}'; ${remedy}`,
  );
});

test('session timeouts that do not fit each other are reported with other refusals', () => {
  const timeouts = { minSessionTimeout: '5000', maxSessionTimeout: '4000' };
  expect(failureOf({ config: { initLimit: '0', ...timeouts } })).toMatch(
    /2 settings[^]*'initLimit'[^]*'minSessionTimeout' leads to/,
  );
  expect(failureOf({ config: { tickTime: '-5', maxSessionTimeout: '4000' } })).toMatch(
    /^setting 'tickTime' of/,
  );
});

test.each([0, -1n, 99_999_999_999n])('fails for the number %p with advice that is accepted', (tickTime) => {
  const shown = typeof tickTime === 'bigint' ? `${tickTime}n` : tickTime;

  expect(failureOf({ config: { tickTime } as unknown as Record<string, string> })).toBe(
    `setting 'tickTime' of a ZookeeperEnsemble is ${shown}, not a string; ${ABOVE_0}`,
  );
});

test.each<[config: Record<string, string>]>([
  [{ minSessionTimeout: '5000', maxSessionTimeout: '4000' }],
  [{ minSessionTimeout: '50000' }],
  [{ maxSessionTimeout: '3000' }],
  [{ tickTime: '20000', maxSessionTimeout: '30000' }],
])('fails when the minimum of the session timeout is above its maximum: %j', (config) => {
  expect(failureOf({ config })).toMatch(
    /^setting 'm..SessionTimeout' of a ZookeeperEnsemble leads to a minimum of \d+ ms and a maximum of \d+ ms .*; lower minSessionTimeout, or raise maxSessionTimeout$/,
  );
});

test.each<[config: Record<string, string>]>([
  [{ tickTime: ' +3000 ', syncEnabled: 'TRUE', electionAlg: '3' }],
  [{ minSessionTimeout: '-1', maxSessionTimeout: '60000' }],
  [{ tickTime: '3000', minSessionTimeout: '6000' }],
  [{ 'jute.maxbuffer': '4194304', initLimit: '10', 'autopurge.purgeInterval': '-1' }],
])('accepts config %j', (config) => {
  expect(failureOf({ config })).toBe('nothing was thrown');
});

test('fails when there are two disks', () => {
  const storage = ServerStorage.networkVolume({ size: Size.gibibytes(10), disks: 2 });

  expect(failureOf({ storage })).toBe(
    "storage of ZooKeeper ensemble 'zookeeper' must have exactly 1 disk, got 2",
  );
});

test('fails when the storage is deleted with its pod', () => {
  const storage = ServerStorage.ephemeral({ size: Size.gibibytes(10) });

  expect(failureOf({ storage })).toBe(
    "storage of ZooKeeper ensemble 'zookeeper' is ephemeral, and the metadata of the cluster would be lost with its pods; use " +
      'ServerStorage.networkVolume() or ServerStorage.localVolume()',
  );
});

test('fails when the heap takes all of the memory', () => {
  expect(failureOf({ memory: Size.gibibytes(1), heap: Size.gibibytes(2) })).toBe(
    "heap 2Gi of ZooKeeper ensemble 'zookeeper' must be below its memory limit 1Gi; " +
      'the JVM needs memory outside its heap and Kafka relies on the page cache, so use half of the memory or less',
  );
});

test.each<[property: keyof ZookeeperEnsembleProps, duration: Duration, text: string, minimum: string]>([
  ['shutdownGracePeriod', Duration.millis(999), '999 ms', '1 second'],
  ['preStopTimeout', Duration.days(8), '8 days', '1 second'],
  ['startupTimeout', Duration.seconds(59), '59 seconds', '1 minute'],
  ['maxForceDuration', Duration.seconds(299), '299 seconds', '5 minutes'],
])('fails when %s is out of range', (property, duration, text, minimum) => {
  expect(failureOf({ [property]: duration })).toBe(
    `${property} of ZooKeeper ensemble 'zookeeper' is ${text}; it must be between ${minimum} and 7 days`,
  );
});

test.each<[property: keyof ZookeeperEnsembleProps, value: unknown, message: string]>([
  [
    'interBrokerSecurity',
    'TLS' as InterBrokerSecurity,
    'interBrokerSecurity of a ZookeeperEnsemble is "TLS"; it must be one of "mutual-tls", "plaintext"',
  ],
  [
    'metricsScrapers',
    ['metrics'],
    'metricsScrapers[0] of a ZookeeperEnsemble is "metrics"; expected for example ' +
      "NetworkPeer.addresses('10.0.0.0/8')",
  ],
  [
    'metricsScrapers',
    [undefined, NetworkPeer.any()],
    'metricsScrapers of a ZookeeperEnsemble must have no undefined items, got [null,{}]',
  ],
  [
    'image',
    'zookeeper 3.9',
    'image of ZooKeeper ensemble \'zookeeper\' is "zookeeper 3.9", which is not an image name; expected for example ' +
      "'docker.io/library/zookeeper:3.9.4'",
  ],
  [
    'clusterDomain',
    '.local',
    "clusterDomain '.local' is not a DNS domain; use the kubelet's --cluster-domain, for example 'cluster.local'",
  ],
])('fails when %s is %j', (property, value, message) => {
  expect(failureOf({ [property]: value })).toBe(message);
});

test('fails when the chart has no namespace', () => {
  expect(failureOf({}, '')).toBe(
    "chart 'test' has no namespace, which host names of brokers contain; use new Chart(app, 'test', { namespace: '...' })",
  );
});
