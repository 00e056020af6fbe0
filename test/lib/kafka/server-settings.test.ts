import { KafkaVersion } from '../../../lib/kafka/kafka-version';
import { brokerSettings, durabilitySettings } from '../../../lib/kafka/server-settings';

test('three copies, two of them in sync, and no leader that lacks records', () => {
  expect(durabilitySettings({})).toEqual({
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
    'unclean.leader.election.enable': 'false',
  });
});

test('a user may choose otherwise', () => {
  expect(durabilitySettings({ 'min.insync.replicas': '1', x: 'y' })).toEqual({
    'default.replication.factor': '3',
    'min.insync.replicas': '1',
    'unclean.leader.election.enable': 'false',
    x: 'y',
  });
});

test.each([
  [0.1, '2'],
  [2, '2'],
  [3.9, '3'],
  [8, '8'],
  [96, '8'],
])('with %d CPUs, %s threads recover a disk', (vcpus, threads) => {
  expect(brokerSettings(KafkaVersion.V4_4, vcpus, 50)['num.recovery.threads.per.data.dir']).toBe(threads);
});

test.each([
  [KafkaVersion.V3_9, false],
  [KafkaVersion.V4_0, false],
  [KafkaVersion.V4_1, true],
  [KafkaVersion.V4_4, true],
])('share groups are spoken of only where there are any (%#)', (version, expected) => {
  const names = Object.keys(brokerSettings(version, 4, 50));

  expect(names.filter((name) => name.startsWith('share.'))).toEqual(
    expected
      ? ['share.coordinator.state.topic.num.partitions', 'share.coordinator.state.topic.replication.factor']
      : [],
  );
});

test('coordinators know how many partitions their topics have, and cannot make them', () => {
  expect(brokerSettings(KafkaVersion.V4_4, 4, 7)).toMatchObject({
    'offsets.topic.num.partitions': '7',
    'offsets.topic.replication.factor': '32767',
    'transaction.state.log.num.partitions': '7',
    'transaction.state.log.replication.factor': '32767',
    'share.coordinator.state.topic.num.partitions': '7',
    'share.coordinator.state.topic.replication.factor': '32767',
  });
});
