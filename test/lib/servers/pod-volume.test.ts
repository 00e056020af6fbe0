import { Size } from 'cdk8s';
import { PodVolume } from '../../../lib';
import { messageOf } from '../../support/testing';

test.each(['config', 'data-0', 'tmp', 'certificates-cluster', 'stores'])(
  'fails when a volume has the name %s, which the package uses',
  (name) => {
    expect(messageOf(() => PodVolume.fromSecret(name, 'a'))).toBe(
      `volume name '${name}' is used by the package; use another name`,
    );
  },
);

test.each([
  'plugins',
  '/tmp',
  '/tmp/x',
  '/etc/cdk8s-kafka/x',
  '/var/lib/kafka/data-0',
  '/run/cdk8s-kafka-stores',
  '/',
  '/etc',
  '/var/lib',
  '/opt/kafka',
  '/opt/kafka/',
  '/opt/kafka/bin',
  '/opt/kafka/libs',
  '/opt/kafka/config',
  '/opt/java',
  '/opt/java/openjdk/lib',
  '/bin',
  '/sbin/',
  '/lib',
  '/lib64',
  '/usr',
  '/usr/bin',
  '/usr/lib/jvm',
  '/proc/1',
  '/sys/fs',
  '/var/run',
  '/var/run/cdk8s-kafka-stores',
  '/etc/../tmp',
  '//tmp',
])('fails when the mountPath of a volume is %s', (mountPath) => {
  expect(messageOf(() => PodVolume.fromSecret('plugins', 'plugins', { mountPath }))).toBe(
    `mountPath '${mountPath}' of volume 'plugins' must be an absolute path without '..' or '//', outside the folders of ` +
      "the package, of Kafka, of Java and of the operating system, for example '/opt/plugins'",
  );
});

test.each([
  '/opt/kafka/plugins',
  '/opt/kafka/libs/mine',
  '/opt/javaagents',
  '/etc/ssl/mine',
  '/etc/ssl/certs',
  '/usr/share/java/mine',
  '/usr/local/mine',
  '/library',
  '/dev/shm',
  '/var/run/secrets/mine',
])('accepts the mountPath %s', (mountPath) => {
  expect(PodVolume.fromSecret('plugins', 'plugins', { mountPath })._toVolumeMounts()).toEqual([
    { name: 'plugins', mountPath, readOnly: true },
  ]);
});

test.each<[kind: string, define: () => PodVolume]>([
  ['ConfigMap', () => PodVolume.fromConfigMap('plugins', 'a b')],
  ['Secret', () => PodVolume.fromSecret('plugins', 'a b')],
  ['claim', () => PodVolume.fromPersistentVolumeClaim('plugins', 'a b')],
])('fails when the %s of a volume has no valid name', (kind, define) => {
  expect(messageOf(define)).toBe(
    `${kind} of volume 'plugins' 'a b' is not a valid Kubernetes object name (up to 253 lower-case letters, digits, '-' and '.')`,
  );
});

const OPTIONAL: [factory: string, define: (options: never) => PodVolume][] = [
  ['fromConfigMap', (options) => PodVolume.fromConfigMap('plugins', 'a', options)],
  ['fromSecret', (options) => PodVolume.fromSecret('plugins', 'a', options)],
  ['fromEmptyDir', (options) => PodVolume.fromEmptyDir('plugins', Size.mebibytes(1), options)],
  ['fromPersistentVolumeClaim', (options) => PodVolume.fromPersistentVolumeClaim('plugins', 'a', options)],
];

test.each(OPTIONAL)('fails when the options of %s are null', (_, define) => {
  expect(messageOf(() => define(null as never))).toBe(
    "props of volume 'plugins' must be an object, got null",
  );
});
