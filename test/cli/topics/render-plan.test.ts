import { TopicPlan } from '../../../agent/topics/plan/topic-plan';
import { renderPlan } from '../../../cli/topics/render-plan';
import { NOTHING } from '../../agent/topics/plan-input';

test('topics that are as declared are one line', () => {
  expect(renderPlan('events', NOTHING, [])).toEqual(['Topics of cluster events are as declared.']);
});

test('every kind of change and finding', () => {
  const plan: TopicPlan = {
    create: [
      { name: 'orders', assignments: [[1, 2, 3]], config: {} },
      { name: 'orders.returned', assignments: [[1], [2]], config: { 'retention.ms': '1000' } },
    ],
    addPartitions: [{ name: 'clicks', from: 4, count: 8, assignments: [] }],
    changeSettings: [
      {
        name: 'clicks',
        set: { 'retention.ms': '2', 'cleanup.policy': 'compact' },
        remove: ['segment.ms'],
        from: { 'retention.ms': '1', 'segment.ms': '5' },
      },
    ],
    delete: [{ name: 'old', absentSince: Date.UTC(2026, 0, 1) }],
    pending: [{ name: 'older', absentSince: Date.UTC(2026, 0, 1), dueAt: Date.UTC(2026, 0, 2) }],
    moves: [
      { topic: 'wide', partition: 0, from: [1, 2], to: [1, 2, 3], bytes: 2 ** 30 },
      { topic: 'wide', partition: 1, from: [1, 2], to: [1, 2, 3], bytes: 0 },
    ],
    drift: [
      { topic: 'wide', message: 'it has 2 replicas per partition, its declaration has 3' },
      { topic: 'wide', message: 'it has a=1, its declaration has 2' },
    ],
    waiting: [{ topic: 'late', message: 'map streams: 3 replicas require 3 live brokers' }],
    refused: [{ topic: 'lost', message: 'it matches no map' }],
    brokers: ['map streams has brokers 1 to 3, and pods of brokers 4'],
    unmanaged: [
      { place: 'match no map', topics: Array.from({ length: 12 }, (_, index) => `foreign-${10 + index}`) },
    ],
    pruneBlocked: 'topic lists kafka/events-topic-list are missing, empty or not valid',
    unreadSettings: { topics: ['secret'] },
    areSettingsHeld: true,
  };
  expect(renderPlan('events', plan, [{ message: 'kafka/list is not JSON' }])).toEqual([
    'Topics of cluster events: 2 to create, 1 to extend, 1 with settings to change, 1 to delete, 1 to delete later, 1 with ' +
      'differences that are only reported, 1 waiting for brokers, 2 refused, 1 with unknown settings, 12 without a declaration.',
    '+ orders           1 partition, 3 replicas',
    '+ orders.returned  2 partitions, 1 replica, retention.ms=1000',
    '~ clicks           partitions 4 -> 8',
    '~ clicks           retention.ms 1 -> 2',
    '~ clicks           cleanup.policy (not set) -> compact',
    '~ clicks           segment.ms 5 -> (not set)',
    '- old              not declared since 2026-01-01T00:00:00.000Z',
    '! older            not declared any more, deleted after 2026-01-02T00:00:00.000Z',
    '! wide             it has 2 replicas per partition, its declaration has 3',
    '! wide             it has a=1, its declaration has 2',
    '! wide             2 partitions to reassign, 1 GiB to copy',
    '! late             map streams: 3 replicas require 3 live brokers',
    'x lost             it matches no map',
    'x                  kafka/list is not JSON',
    '12 topics without a declaration match no map: foreign-10, foreign-11, foreign-12, foreign-13, foreign-14, foreign-15, ' +
      'foreign-16, foreign-17, foreign-18, foreign-19 and 2 more',
    'Note: settings are not changed, because the status ConfigMap has the annotation cdk8s-kafka.io/hold-settings.',
    'Note: Kafka does not return the settings of secret; grant the principal of the topic synchronization DescribeConfigs on all ' +
      'topics.',
    'Note: map streams has brokers 1 to 3, and pods of brokers 4.',
    'No topic is deleted: topic lists kafka/events-topic-list are missing, empty or not valid.',
  ]);
});

test.each([
  [undefined, undefined, '! wide  2 partitions to reassign'],
  [2 ** 30, undefined, '! wide  2 partitions to reassign, at least 1 GiB to copy'],
])('sizes of reassignments that are not known: %p and %p bytes', (first, second, line) => {
  const moves = [first, second].map((bytes, partition) => ({
    topic: 'wide',
    partition,
    from: [1, 2],
    to: [1, 2, 3],
    bytes,
  }));
  expect(renderPlan('events', { ...NOTHING, moves }, [])[1]).toBe(line);
});
