import { KafkaSession } from '../../../agent/kafka/connection';
import { ELECTION_NOT_NEEDED, ElectionResult, electPreferred } from '../../../agent/kafka/elect-leaders';
import { countUnserved } from '../../../agent/kafka/served-partitions';
import { LogFields, log } from '../../../agent/runtime/log';
import { PreferredLeaderElector } from '../../../agent/restart/preferred-leader-elector';
import { brokerConfig } from '../configs';
import { clusterOf, partition } from '../views';

jest.mock('../../../agent/kafka/connection', () => ({ KafkaSession: { with: jest.fn() } }));
jest.mock('../../../agent/kafka/elect-leaders', () => ({
  ELECTION_NOT_NEEDED: 84,
  electPreferred: jest.fn(),
}));

jest.mock('../../../agent/kafka/served-partitions', () => ({ notServedYet: jest.fn() }));

const SELF = 1003;
/** Partitions that prefer this broker, led by it or by another one. */
const view = (leader: number, count = 1) => ({
  ...clusterOf({
    brokers: [1001, 1002, SELF],
    partitions: Array.from({ length: count }, (_, index) => ({
      ...partition('a', index, [SELF, 1001]),
      leader,
    })),
  }),
  controllerId: 1002,
});

let now: number;
let hosts: string[];
let lines: { message: string; fields: LogFields }[];

beforeEach(() => {
  now = 0;
  hosts = [];
  lines = [];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  for (const level of ['info', 'warn'] as const) {
    jest.spyOn(log, level).mockImplementation((message, fields = {}) => void lines.push({ message, fields }));
  }
  jest.mocked(KafkaSession.with).mockImplementation(async ({ host }, _, questions) => {
    hosts.push(host);
    return questions(undefined as unknown as KafkaSession);
  });
  jest.mocked(electPreferred).mockReset().mockResolvedValue([]);
  jest.mocked(countUnserved).mockReset().mockResolvedValue(0);
});
afterEach(() => jest.restoreAllMocks());

const settled = () => new Promise((resolve) => setImmediate(resolve));
const requests = () => jest.mocked(electPreferred).mock.calls.map(([, topics]) => topics);

async function look(keeper: PreferredLeaderElector, seen: ReturnType<typeof view>): Promise<void> {
  keeper.onInSync(seen);
  await settled();
}

describe('others may stop', () => {
  test('when it leads again', async () => {
    const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
    await look(keeper, view(1001));
    expect(keeper.isDone).toBe(false);
    await look(keeper, view(SELF));
    expect(keeper.isDone).toBe(true);
  });

  test('at once, when it led nothing', async () => {
    const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
    expect(keeper.isDone).toBe(false);
    await look(keeper, view(SELF));
    expect(keeper.isDone).toBe(true);
  });

  test('after a while, when nobody elects it, and not before the next start has come to its end', async () => {
    const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
    await look(keeper, view(1001));
    now = 29_999;
    expect(keeper.isDone).toBe(false);
    now = 30_000;
    expect(keeper.isDone).toBe(true);
    keeper.onServerDown();
    expect(keeper.isDone).toBe(false);
  });
});

test('says that it has lost leaders while it ran, and asks for them once', async () => {
  const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
  await look(keeper, view(SELF));
  expect(requests()).toEqual([]);
  await look(keeper, view(1001));
  await look(keeper, view(1001));
  expect(requests()).toEqual([[{ topic: 'a', partitions: [0] }]]);
  expect(lines.map(({ message }) => message)).toContain('leaders went to other brokers while this one ran');
});

test('asks its own broker for the leaders that belong on it, and whether it serves them', async () => {
  await look(new PreferredLeaderElector(brokerConfig(), SELF), view(1001, 2));
  expect(hosts).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(requests()).toEqual([[{ topic: 'a', partitions: [0, 1] }]]);
});

test('in ZooKeeper mode it asks the controller for them', async () => {
  await look(new PreferredLeaderElector(brokerConfig({ metadataMode: 'zookeeper' }), SELF), view(1001));
  expect(hosts).toEqual(['broker-1002', '127.0.0.1']);
});

describe('of many partitions', () => {
  const counts = () => requests().map(([{ partitions }]) => partitions.length);

  /** Until there have been so many requests; jest ends it when there never are. */
  async function requested(count: number): Promise<void> {
    while (requests().length < count) {
      await settled();
    }
  }

  test('it asks for few at first, and for more as it goes quickly', async () => {
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 100));
    await requested(4);
    expect(counts()).toEqual([8, 16, 32, 44]);
  });

  test('it asks for the next ones once it serves the first', async () => {
    // GIVEN
    const order: string[] = [];
    const left = [3, 1, 0, 0];
    jest.mocked(electPreferred).mockImplementation(async () => {
      order.push('elect');
      return [];
    });
    jest.mocked(countUnserved).mockImplementation(async () => {
      order.push(`${left[0]} left`);
      return left.shift() ?? 0;
    });

    // WHEN
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 9));
    await requested(2);

    // THEN
    expect(order.slice(0, 5)).toEqual(['elect', '3 left', '1 left', '0 left', 'elect']);
  });

  test('it goes on when nobody can say whether it serves them', async () => {
    jest.mocked(countUnserved).mockRejectedValue(new Error('no such API'));
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 100));
    await requested(4);
    expect(counts()).toEqual([8, 16, 32, 44]);
  });

  test('it goes on when it does not come to serve them, with fewer', async () => {
    jest.mocked(countUnserved).mockImplementation(async () => {
      now += 2_500;
      return 1;
    });
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 13));
    await requested(3);
    expect(counts()).toEqual([8, 4, 1]);
  });

  test('it does not wait for elections that are refused', async () => {
    jest
      .mocked(electPreferred)
      .mockResolvedValueOnce([{ topic: 'a', partitionId: 0, errorCode: 83, errorMessage: 'no' }]);
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 3));
    await settled();
    expect(jest.mocked(countUnserved).mock.calls.map(([, topics]) => topics)).toEqual([
      [{ topic: 'a', partitions: [1, 2] }],
    ]);
  });
});

test('a request that hangs holds up no round, and is not sent twice', async () => {
  jest.mocked(electPreferred).mockReturnValue(new Promise(() => undefined));
  const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
  await look(keeper, view(1001));
  now = 400_000;
  await look(keeper, view(1001));
  expect(requests()).toHaveLength(1);
});

test('says which elections were refused, but not that one was not needed', async () => {
  const result = (partitionId: number, errorCode: number): ElectionResult => ({
    topic: 'a',
    partitionId,
    errorCode,
    errorMessage: null,
  });
  jest
    .mocked(electPreferred)
    .mockResolvedValue([result(0, 0), result(1, ELECTION_NOT_NEEDED), result(2, 80)]);
  await look(new PreferredLeaderElector(brokerConfig(), SELF), view(1001, 3));
  expect(lines).toEqual([
    {
      message: 'asked for the leaders that belong here',
      fields: { partitions: 3, refused: ['a-2: 80'] },
    },
  ]);
});

test('says once that it leads what it should, and then asks for nothing until it loses that, or starts anew', async () => {
  const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
  await look(keeper, view(SELF));
  await look(keeper, view(SELF));
  expect(lines.map(({ message }) => message)).toEqual(['leads what it should lead']);
  expect(requests()).toHaveLength(0);
  keeper.onServerDown();
  await look(keeper, view(1001));
  expect(requests()).toHaveLength(1);
});

test('gives up after some attempts, and names what did not come back', async () => {
  const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
  for (const seconds of [0, 10, 70, 370, 374]) {
    now = seconds * 1_000;
    await look(keeper, view(1001));
  }
  expect(requests()).toHaveLength(4);
  expect(lines.at(-1)).toEqual({
    message: 'leaders did not come back, and are not asked for again',
    fields: { partitions: ['a-0'] },
  });
});

test('a Kafka that does not answer is said, and asked again after a pause', async () => {
  jest.mocked(electPreferred).mockRejectedValueOnce(new Error('no answer'));
  const keeper = new PreferredLeaderElector(brokerConfig(), SELF);
  await look(keeper, view(1001));
  await look(keeper, view(1001));
  expect(lines).toEqual([{ message: 'leaders cannot be elected yet', fields: { reason: 'no answer' } }]);
  now = 10_000;
  await look(keeper, view(1001));
  expect(requests()).toHaveLength(2);
});
