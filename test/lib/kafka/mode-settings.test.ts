import { KafkaVersion } from '../../../lib';
import { assertClusterConfig } from '../../../lib/kafka/user-settings';
import { MetadataMode } from '../../../lib/seam/agent-config';
import { messageOf } from '../../support/testing';

const STANDARD = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';
const ACL = 'kafka.security.authorizer.AclAuthorizer';
const SIMPLE = 'kafka.security.auth.SimpleAclAuthorizer';

function check(
  mode: MetadataMode | undefined,
  name: string,
  value: string,
  version = KafkaVersion.V3_9,
): string {
  return messageOf(() => assertClusterConfig("cluster 'events'", { version, mode }, { [name]: value }));
}

test.each<[mode: MetadataMode, value: string, reason: string, right: string]>([
  ['kraft', ACL, 'which does not work with KRaft controllers', STANDARD],
  ['kraft', SIMPLE, 'which Kafka 3.0 removed', STANDARD],
  ['zookeeper', STANDARD, 'which does not work with ZooKeeper', ACL],
  ['zookeeper', SIMPLE, 'which Kafka 3.0 removed', ACL],
])('with %s, the authorizer %s fails', (mode, value, reason, right) => {
  expect(check(mode, 'authorizer.class.name', value)).toBe(
    `setting 'authorizer.class.name' of cluster 'events' is '${value}', ${reason}; write '${right}'`,
  );
  expect(check(mode, 'authorizer.class.name', right)).toBe('nothing was thrown');
});

test('from Kafka 4.0 on, only the authorizer of controllers exists, also of an imported cluster', () => {
  expect(check(undefined, 'authorizer.class.name', ACL, KafkaVersion.V4_0)).toMatch(/with KRaft controllers/);
  expect(check(undefined, 'authorizer.class.name', ACL)).toBe('nothing was thrown');
});

test.each<[mode: MetadataMode, value: string]>([
  ['kraft', '2.8'],
  ['kraft', 'foo'],
  ['zookeeper', '9.9'],
  ['zookeeper', '3.10'],
  ['zookeeper', ''],
])('with %s, inter.broker.protocol.version=%s fails', (mode, value) => {
  expect(check(mode, 'inter.broker.protocol.version', value)).toMatch(
    `setting 'inter.broker.protocol.version' of cluster 'events' is '${value}', with which Kafka does not start on `,
  );
});

test.each<[mode: MetadataMode, value: string]>([
  ['kraft', '3.0'],
  ['kraft', '3.3-IV1'],
  ['kraft', '3.9'],
  ['zookeeper', '2.8'],
  ['zookeeper', '0.10.2'],
  ['zookeeper', '2.8.1'],
])('with %s, inter.broker.protocol.version=%s is accepted', (mode, value) => {
  expect(check(mode, 'inter.broker.protocol.version', value)).toBe('nothing was thrown');
});

test('KRaft accepts an old version of the message format, which has no effect there', () => {
  expect(check('kraft', 'log.message.format.version', '2.8')).toBe('nothing was thrown');
});
