import { DeclaredTopicConfig } from '../../../../lib/seam/agent-config';
import { planTopics } from '../../../../agent/topics/plan/plan-topics';
import { clusterOf, partition } from '../../views';
import { NOTHING, driftOf, planInput } from '../plan-input';
import { ALL_ALIVE, STREAMS, declared, plan } from './two-maps';

describe('partitions', () => {
  const view = (...replicas: number[][]) => ({
    ...ALL_ALIVE,
    partitions: replicas.map((list, index) => partition('clicks', index, list)),
  });

  test('are added so that the topic becomes even', () => {
    const topic = declared('clicks', { partitions: 6 });
    expect(plan([topic], view([1, 2, 3], [1, 3, 2], [1, 2, 3])).addPartitions).toEqual([
      {
        name: 'clicks',
        from: 3,
        count: 6,
        assignments: [
          [2, 3, 1],
          [3, 2, 1],
          [2, 1, 3],
        ],
      },
    ]);
  });

  test('have as many replicas as the first one, as Kafka requires', () => {
    const { addPartitions, drift, moves } = plan([declared('clicks', { partitions: 2 })], view([1, 2]));
    expect(addPartitions[0].assignments).toEqual([[3, 2]]);
    expect(drift.map(({ message }) => message)).toEqual([
      'it has 2 replicas per partition, its declaration has 3',
    ]);
    expect(moves).toEqual([{ topic: 'clicks', partition: 0, from: [1, 2], to: [1, 2, 3] }]);
  });

  test('are not removed', () => {
    expect(plan([declared('clicks')], view([1, 2, 3], [2, 3, 1]))).toEqual({
      ...NOTHING,
      refused: [
        {
          topic: 'clicks',
          message:
            'it has 2 partitions, its declaration has 1, and Kafka cannot remove partitions; declare 2, or move its ' +
            'records to another topic',
        },
      ],
    });
  });

  test('wait for brokers', () => {
    const { addPartitions, waiting } = plan([declared('clicks', { partitions: 2 })], {
      ...view([1, 2, 3]),
      brokers: [1, 2],
    });
    expect(addPartitions).toEqual([]);
    expect(waiting.map(({ topic }) => topic)).toEqual(['clicks']);
  });

  test.each([
    ['reported', 'report', [{ topic: 'clicks', message: 'it has 1 partitions, its declaration has 2' }]],
    ['ignored', 'ignore', []],
  ] as const)('can be %s only', (_, partitions, drift) => {
    const parts = { drift: driftOf('correct', { partitions }) };
    expect(plan([declared('clicks', { partitions: 2 })], view([1, 2, 3]), parts)).toEqual({
      ...NOTHING,
      drift,
    });
  });
});

describe('settings', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('clicks', 0, [1, 2, 3])] };
  const topic = declared('clicks', { config: { a: '1', b: '2' } });
  const settings = { clicks: { b: '3', c: '4' } };

  test('are set and removed', () => {
    expect(plan([topic], view, { settings })).toEqual({
      ...NOTHING,
      changeSettings: [
        { name: 'clicks', set: { a: '1', b: '2' }, remove: ['c'], from: { a: undefined, b: '3', c: '4' } },
      ],
    });
  });

  test('are reported', () => {
    const drift = [
      'it has a=(not set), its declaration has 1',
      'it has b=3, its declaration has 2',
      'it has c=4, which its declaration does not name',
    ];
    expect(plan([topic], view, { settings, drift: driftOf('report') })).toEqual({
      ...NOTHING,
      drift: drift.map((message) => ({ topic: 'clicks', message })),
    });
  });

  test('are ignored', () => {
    expect(plan([topic], view, { settings, drift: driftOf('ignore') })).toEqual(NOTHING);
  });

  test('have a policy for each kind', () => {
    const drift = driftOf('ignore', { settings: 'correct', undeclaredSettings: 'report' });
    const { changeSettings, drift: found } = plan([topic], view, { settings, drift });
    expect(changeSettings).toMatchObject([{ set: { a: '1', b: '2' }, remove: [] }]);
    expect(found.map(({ message }) => message)).toEqual(['it has c=4, which its declaration does not name']);
  });

  test('that could not be read are not compared', () => {
    const input = planInput({ topics: [topic], view: clusterOf(view), maps: [STREAMS] });
    const state = { ...input.state, settings: new Map(), settingsUnreachable: 'no answer' };
    expect(planTopics({ ...input, state })).toEqual({
      ...NOTHING,
      unreadSettings: { topics: ['clicks'], unreachable: 'no answer' },
    });
  });
});

describe('drift of replicas', () => {
  const drift = (topic: DeclaredTopicConfig, ...replicas: number[][]) => {
    const partitions = replicas.map((list, index) => partition('clicks', index, list));
    return plan([topic], { ...ALL_ALIVE, partitions }, { drift: driftOf('report') }).drift;
  };

  test('of the number of partitions', () => {
    expect(drift(declared('clicks', { partitions: 3 }), [1, 2, 3])).toEqual([
      { topic: 'clicks', message: 'it has 1 partitions, its declaration has 3' },
    ]);
  });

  test('of the number of replicas', () => {
    expect(drift(declared('clicks'), [1, 2])).toEqual([
      { topic: 'clicks', message: 'it has 2 replicas per partition, its declaration has 3' },
    ]);
  });

  test('of the number of replicas of some partitions', () => {
    expect(drift(declared('clicks', { partitions: 3 }), [1, 2, 3], [2], [1, 2, 3])).toEqual([
      { topic: 'clicks', message: 'it has 1 and 3 replicas per partition, its declaration has 3' },
    ]);
  });

  test('of the map', () => {
    expect(drift(declared('clicks', { partitions: 2 }), [1, 6, 3], [4, 2, 6])).toEqual([
      { topic: 'clicks', message: 'it has replicas on brokers 4, 6, outside of map streams' },
    ]);
  });

  test('of everything at once', () => {
    expect(drift(declared('clicks', { partitions: 2 }), [9]).map(({ message }) => message)).toEqual([
      'it has 1 partitions, its declaration has 2',
      'it has 1 replicas per partition, its declaration has 3',
      'it has replicas on brokers 9, outside of map streams',
    ]);
  });

  test('of zones', () => {
    const brokers = ['a', 'a', 'b'].map((rack, index) => ({ id: index + 1, rack }));
    const partitions = Array.from({ length: 12 }, (_, index) =>
      partition('clicks', index, [1, index === 1 ? 3 : 2]),
    );
    const topic = declared('clicks', { partitions: 12, replicationFactor: 2 });
    expect(plan([topic], { brokers, partitions }).drift).toEqual([
      {
        topic: 'clicks',
        message:
          'replicas of 11 partitions share a zone, although brokers of other zones are free: ' +
          '0, 2, 3, 4, 5, 6, 7, 8, 9, 10 …',
      },
    ]);
  });

  test('is reported even while brokers are missing', () => {
    const view = { brokers: [1], partitions: [partition('clicks', 0, [1, 2])] };
    expect(plan([declared('clicks')], view).drift).toHaveLength(1);
  });
});

describe('a running reassignment', () => {
  const view = {
    ...ALL_ALIVE,
    partitions: [partition('clicks', 0, [1, 2, 4]), partition('clicks', 1, [1, 2, 3])],
  };

  test('of the first partition delays the addition of partitions: Kafka would require its replicas for all', () => {
    const { addPartitions, waiting } = plan([declared('clicks', { partitions: 3 })], view, {
      moving: ['clicks-0'],
    });
    expect(addPartitions).toEqual([]);
    expect(waiting).toEqual([
      {
        topic: 'clicks',
        message:
          'it has 2 partitions, its declaration has 3; its partitions are added after its reassignment',
      },
    ]);
  });

  test('is not planned again', () => {
    const topic = declared('clicks', { partitions: 2 });
    expect(plan([topic], view).moves).toEqual([
      { topic: 'clicks', partition: 0, from: [1, 2, 4], to: [1, 2, 3] },
    ]);
    expect(plan([topic], view, { moving: ['clicks-0'] }).moves).toEqual([]);
  });
});

test('settings that Kafka does not return are reported', () => {
  const view = { ...ALL_ALIVE, partitions: [partition('clicks', 0, [1, 2, 3])] };
  const parts = { unread: ['clicks'], drift: driftOf('correct', { undeclaredSettings: 'ignore' }) };
  expect(plan([declared('clicks', { config: { a: '1' } })], view, parts)).toEqual({
    ...NOTHING,
    unreadSettings: { topics: ['clicks'] },
  });
  expect(plan([declared('clicks')], view, parts)).toEqual(NOTHING);
});
