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

jest.mock('../../../agent/kafka/served-partitions', () => ({ countUnserved: jest.fn() }));

const SELF = 1003;
/** Partitions whose preferred leader is this broker, with a current leader. */
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
  jest.mocked(KafkaSession.with).mockImplementation(async ({ host }, _, send) => {
    hosts.push(host);
    return send(undefined as unknown as KafkaSession);
  });
  jest.mocked(electPreferred).mockReset().mockResolvedValue([]);
  jest.mocked(countUnserved).mockReset().mockResolvedValue(0);
});
afterEach(() => jest.restoreAllMocks());

const settled = () => new Promise((resolve) => setImmediate(resolve));
const requests = () => jest.mocked(electPreferred).mock.calls.map(([, topics]) => topics);

async function reconcile(elector: PreferredLeaderElector, seen: ReturnType<typeof view>): Promise<void> {
  elector.onInSync(seen);
  await settled();
}

describe('the elections are done', () => {
  test('when the broker is the leader again', async () => {
    const elector = new PreferredLeaderElector(brokerConfig(), SELF);
    await reconcile(elector, view(1001));
    expect(elector.isDone).toBe(false);
    await reconcile(elector, view(SELF));
    expect(elector.isDone).toBe(true);
  });

  test('immediately, if it has nothing to request', async () => {
    const elector = new PreferredLeaderElector(brokerConfig(), SELF);
    expect(elector.isDone).toBe(false);
    await reconcile(elector, view(SELF));
    expect(elector.isDone).toBe(true);
  });

  test('after some time without effect, and not after the next start', async () => {
    const elector = new PreferredLeaderElector(brokerConfig(), SELF);
    await reconcile(elector, view(1001));
    now = 29_999;
    expect(elector.isDone).toBe(false);
    now = 30_000;
    expect(elector.isDone).toBe(true);
    elector.onServerDown();
    expect(elector.isDone).toBe(false);
  });
});

test('logs that it lost leaders while it was running, and requests elections once', async () => {
  const elector = new PreferredLeaderElector(brokerConfig(), SELF);
  await reconcile(elector, view(SELF));
  expect(requests()).toEqual([]);
  await reconcile(elector, view(1001));
  await reconcile(elector, view(1001));
  expect(requests()).toEqual([[{ topic: 'a', partitions: [0] }]]);
  expect(lines.map(({ message }) => message)).toContain(
    'leadership of partitions moved to other brokers while this broker was running',
  );
});

test('logs that a reassignment made it the preferred leader, which is no loss', async () => {
  const elector = new PreferredLeaderElector(brokerConfig(), SELF);
  const moved = clusterOf({
    brokers: [1001, 1002],
    partitions: [partition('a', 0, [SELF, 1001], [1001, SELF])],
  });
  await reconcile(
    elector,
    clusterOf({ brokers: [1001, 1002], partitions: [partition('a', 0, [1001, SELF])] }),
  );
  await reconcile(elector, moved);
  expect(requests()).toEqual([[{ topic: 'a', partitions: [0] }]]);
  expect(lines.map(({ message }) => message)).toContain(
    'a reassignment made this broker the preferred leader of partitions that other brokers lead',
  );
});

test('requests elections from its own broker, and checks if it serves the partitions', async () => {
  await reconcile(new PreferredLeaderElector(brokerConfig(), SELF), view(1001, 2));
  expect(hosts).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(requests()).toEqual([[{ topic: 'a', partitions: [0, 1] }]]);
});

test('requests elections from the controller in ZooKeeper mode', async () => {
  await reconcile(new PreferredLeaderElector(brokerConfig({ metadataMode: 'zookeeper' }), SELF), view(1001));
  expect(hosts).toEqual(['broker-1002', '127.0.0.1']);
});

describe('with many partitions', () => {
  const counts = () => requests().map(([{ partitions }]) => partitions.length);

  /** Waits for a number of requests; jest ends the test if there are fewer. */
  async function requested(count: number): Promise<void> {
    while (requests().length < count) {
      await settled();
    }
  }

  test('starts with few partitions per request, and continues with more while elections are fast', async () => {
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 100));
    await requested(4);
    expect(counts()).toEqual([8, 16, 32, 44]);
  });

  test('sends the next request after the broker serves the partitions of the last one', async () => {
    // GIVEN
    const order: string[] = [];
    const unserved = [3, 1, 0, 0];
    jest.mocked(electPreferred).mockImplementation(async () => {
      order.push('elect');
      return [];
    });
    jest.mocked(countUnserved).mockImplementation(async () => {
      order.push(`${unserved[0]} unserved`);
      return unserved.shift() ?? 0;
    });

    // WHEN
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 9));
    await requested(2);

    // THEN
    expect(order.slice(0, 5)).toEqual(['elect', '3 unserved', '1 unserved', '0 unserved', 'elect']);
  });

  test('continues if it is unknown which partitions the broker serves', async () => {
    jest.mocked(countUnserved).mockRejectedValue(new Error('no such API'));
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 100));
    await requested(4);
    expect(counts()).toEqual([8, 16, 32, 44]);
  });

  test('continues with fewer partitions if the broker does not serve them in time', async () => {
    jest.mocked(countUnserved).mockImplementation(async () => {
      now += 2_500;
      return 1;
    });
    new PreferredLeaderElector(brokerConfig(), SELF).onInSync(view(1001, 13));
    await requested(3);
    expect(counts()).toEqual([8, 4, 1]);
  });

  test('does not wait for rejected elections', async () => {
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

test('a request without a response delays no round, and is not sent twice', async () => {
  jest.mocked(electPreferred).mockReturnValue(new Promise(() => undefined));
  const elector = new PreferredLeaderElector(brokerConfig(), SELF);
  await reconcile(elector, view(1001));
  now = 400_000;
  await reconcile(elector, view(1001));
  expect(requests()).toHaveLength(1);
});

test('logs rejected elections, but not those that were not needed', async () => {
  const result = (partitionId: number, errorCode: number): ElectionResult => ({
    topic: 'a',
    partitionId,
    errorCode,
    errorMessage: null,
  });
  jest
    .mocked(electPreferred)
    .mockResolvedValue([result(0, 0), result(1, ELECTION_NOT_NEEDED), result(2, 80)]);
  await reconcile(new PreferredLeaderElector(brokerConfig(), SELF), view(1001, 3));
  expect(lines).toEqual([
    {
      message: 'requested preferred leader elections',
      fields: { partitions: 3, rejected: ['a-2: error code 80'] },
    },
  ]);
});

test('logs the completion once, and requests nothing until the broker loses leaders or restarts', async () => {
  const elector = new PreferredLeaderElector(brokerConfig(), SELF);
  await reconcile(elector, view(SELF));
  await reconcile(elector, view(SELF));
  expect(lines.map(({ message }) => message)).toEqual([
    'this broker is the leader of all its preferred partitions',
  ]);
  expect(requests()).toHaveLength(0);
  elector.onServerDown();
  await reconcile(elector, view(1001));
  expect(requests()).toHaveLength(1);
});

test('stops after some attempts, and logs the partitions without effect', async () => {
  const elector = new PreferredLeaderElector(brokerConfig(), SELF);
  for (const seconds of [0, 10, 70, 370, 374]) {
    now = seconds * 1_000;
    await reconcile(elector, view(1001));
  }
  expect(requests()).toHaveLength(4);
  expect(lines.at(-1)).toEqual({
    message: 'preferred leader elections had no effect on some partitions and are not retried',
    fields: { partitions: ['a-0'] },
  });
});

test('logs a failed request, and retries it after a pause', async () => {
  jest.mocked(electPreferred).mockRejectedValueOnce(new Error('no answer'));
  const elector = new PreferredLeaderElector(brokerConfig(), SELF);
  await reconcile(elector, view(1001));
  await reconcile(elector, view(1001));
  expect(lines).toEqual([
    { message: 'preferred leader elections failed and are retried', fields: { reason: 'no answer' } },
  ]);
  now = 10_000;
  await reconcile(elector, view(1001));
  expect(requests()).toHaveLength(2);
});
