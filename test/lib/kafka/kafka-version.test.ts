import { KafkaVersion } from '../../../lib';
import { messageOf } from '../../support/testing';

const CONSTANTS = Object.entries(KafkaVersion).filter(
  (entry): entry is [string, KafkaVersion] => entry[1] instanceof KafkaVersion,
);

test.each<
  [name: string, version: string, zookeeper: boolean, dynamic: boolean, log4j2: boolean, share: boolean]
>([
  ['V3_9', '3.9.2', true, false, false, false],
  ['V4_0', '4.0.2', false, false, true, false],
  ['V4_1', '4.1.2', false, false, true, true],
  ['V4_2', '4.2.2', false, true, true, true],
  ['V4_3', '4.3.1', false, true, true, true],
  ['V4_4', '4.4.0', false, true, true, true],
])('%s is %s, with its capabilities', (name, version, zookeeper, dynamic, log4j2, share) => {
  const constant = new Map(CONSTANTS).get(name)!;

  expect(constant).toMatchObject({ version, image: `docker.io/apache/kafka:${version}` });
  expect({
    zookeeper: constant.supportsZookeeper,
    dynamic: constant.supportsDynamicQuorum,
    log4j2: constant.usesLog4j2,
    share: constant.supportsShareGroups,
  }).toEqual({ zookeeper, dynamic, log4j2, share });
});

test('there is no other constant', () => {
  expect(CONSTANTS.map(([name]) => name)).toEqual(['V3_9', 'V4_0', 'V4_1', 'V4_2', 'V4_3', 'V4_4']);
});

test.each(['3.9.0', '3.10.0', '4.10.3', '10.0.0'])('%s is a version', (version) => {
  expect(KafkaVersion.of(version).version).toBe(version);
});

test('a minor version with two digits is newer than one with one digit', () => {
  expect(KafkaVersion.of('4.10.0')).toMatchObject({
    supportsDynamicQuorum: true,
    supportsShareGroups: true,
  });
});

test.each([
  ['3.9.0', '3.9.1'],
  ['3.9.2', '4.0.0'],
  ['4.4.0', '4.4.1'],
  ['4.4.9', '4.4.10'],
  ['4.3.9', '4.4.0'],
  ['4.9.9', '4.10.0'],
  ['9.10.11', '10.0.0'],
])('%s is older than %s, and not the reverse', (older, newer) => {
  expect(KafkaVersion.of(older).isOlderThan(KafkaVersion.of(newer))).toBe(true);
  expect(KafkaVersion.of(newer).isOlderThan(KafkaVersion.of(older))).toBe(false);
});

test('no version is older than itself, also with another image', () => {
  expect(KafkaVersion.of('4.4.0').isOlderThan(KafkaVersion.of('4.4.0', 'example.com/kafka:1'))).toBe(false);
});

test('another image can be used', () => {
  expect(KafkaVersion.of('4.4.0', 'registry.example.com/kafka:1').image).toBe('registry.example.com/kafka:1');
});

test.each(['', '4', '4.4', 'v4.4.0', '4.4.0-rc1', '4.4.0.1', ' 4.4.0', '4.4.0\n'])(
  'fails when %j is not three numbers',
  (version) => {
    expect(messageOf(() => KafkaVersion.of(version))).toBe(
      `Kafka version '${version.replace('\n', '\\n')}' is not three numbers, such as '4.4.0'`,
    );
  },
);

test.each(['3.8.1', '2.13.0', '0.9.0'])('fails when %s is too old', (version) => {
  expect(messageOf(() => KafkaVersion.of(version))).toBe(
    `Kafka version '${version}' is not supported; use 3.9.0 or newer`,
  );
});
