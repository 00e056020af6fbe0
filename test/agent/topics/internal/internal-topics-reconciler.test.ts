import { PlacedTopic, TOPIC_ERROR, TopicResult } from '../../../../agent/kafka/topic-admin';
import { log } from '../../../../agent/runtime/log';
import { problems } from '../../../../agent/runtime/problems';
import { InternalTopicsReconciler } from '../../../../agent/topics/internal/internal-topics-reconciler';
import { brokerConfig } from '../../configs';
import { clusterOf, partition } from '../../views';

const mockSend = jest.fn<Promise<TopicResult[]>, [topics: PlacedTopic[]]>();
jest.mock('../../../../agent/topics/controller-requests', () => ({
  ControllerRequests: class {
    send = mockSend;
  },
}));

const NAMES = ['__consumer_offsets', '__transaction_state'];
const TOPICS = NAMES.map((name) => ({ name, partitions: 2, replicationFactor: 1 }));
const ALL = clusterOf({ brokers: [1001, 1002, 1003] });
const EXISTING = clusterOf({ brokers: [1001, 1002, 1003], bareTopics: NAMES });

let now: number;
let logged: string[];

beforeEach(() => {
  now = 0;
  logged = [];
  problems.clear('internal-topics-not-created');
  for (const level of ['info', 'warn', 'error'] as const) {
    jest
      .spyOn(log, level)
      .mockImplementation(
        (message, { topics = '', nextAttempt } = {}) =>
          void logged.push(
            `${level} ${message} ${String(topics)}`.trim() + (nextAttempt ? `, ${String(nextAttempt)}` : ''),
          ),
      );
  }
  mockSend.mockReset().mockResolvedValue([]);
});
afterEach(() => jest.restoreAllMocks());

/** A reconciler. `fullView` has all partitions, if it differs from the view of the readiness check. */
const reconcilerOf = (self: number, fullView = async () => ALL) =>
  new InternalTopicsReconciler(brokerConfig(), self, TOPICS, () => now, fullView);
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function reconcileAt(reconciler: InternalTopicsReconciler, seconds: number, view = ALL): Promise<void> {
  now = seconds * 1_000;
  reconciler.reconcile(view);
  await settled();
}

function reject(...results: [name: string, errorCode: number][]): void {
  mockSend.mockResolvedValue(
    results.map(([name, errorCode]): TopicResult => ({ name, errorCode, errorMessage: 'because' })),
  );
}

test('the first broker creates the topics, and logs them', async () => {
  await reconcileAt(reconcilerOf(1001), 0);
  expect(logged).toEqual(['info internal topics created __consumer_offsets,__transaction_state']);
});

test('existing topics are not logged as created', async () => {
  reject([NAMES[0], TOPIC_ERROR.alreadyExists]);
  await reconcileAt(reconcilerOf(1001), 0);
  expect(logged).toEqual(['info internal topics created __transaction_state']);
});

test('nothing is logged if all topics exist', async () => {
  reject([NAMES[0], TOPIC_ERROR.alreadyExists], [NAMES[1], TOPIC_ERROR.alreadyExists]);
  await reconcileAt(reconcilerOf(1001), 0);
  expect(logged).toEqual([]);
});

test('a rejection is a problem until the topics exist, in addition to created topics', async () => {
  reject([NAMES[0], 44]);
  const reconciler = reconcilerOf(1001);
  await reconcileAt(reconciler, 0);
  expect(logged).toEqual([
    'info internal topics created __transaction_state',
    'warn internal topics cannot be created: __consumer_offsets: because, in 2 seconds',
  ]);
  expect(problems.current).toEqual({ 'internal-topics-not-created': '__consumer_offsets: because' });
  await reconcileAt(reconciler, 4, EXISTING);
  expect(problems.current).toEqual({});
});

test('attempts without success become rare', async () => {
  reject([NAMES[0], 44], [NAMES[1], 44]);
  const reconciler = reconcilerOf(1001);
  // The first turn of this broker lasts two minutes.
  for (let seconds = 0; seconds < 120; seconds += 2) await reconcileAt(reconciler, seconds);
  expect(mockSend).toHaveBeenCalledTimes(6);
  expect(logged).toHaveLength(6);
  expect(logged[5]).toMatch(/, in 1 minute 4 seconds$/);
});

test('brokers do not join each other', async () => {
  reject([NAMES[0], 44], [NAMES[1], 44]);
  const reconcilers = [1001, 1002, 1003].map((self) => reconcilerOf(self));
  const attempts: number[] = [];
  for (let minute = 0; minute < 120; minute++) {
    mockSend.mockClear();
    for (let seconds = 0; seconds < 60; seconds += 10) {
      for (const reconciler of reconcilers) await reconcileAt(reconciler, 60 * minute + seconds);
    }
    attempts.push(mockSend.mock.calls.length);
  }
  expect(Math.max(...attempts.slice(0, 15))).toBeLessThanOrEqual(5);
  expect(attempts.slice(60).reduce((sum, one) => sum + one)).toBeLessThanOrEqual(20);
});

test('topics that Kafka hides from the agent are reported, but not those that were created a moment ago', async () => {
  reject([NAMES[0], TOPIC_ERROR.alreadyExists], [NAMES[1], TOPIC_ERROR.alreadyExists]);
  const reconciler = reconcilerOf(1001);
  for (let seconds = 0; seconds < 14; seconds += 2) await reconcileAt(reconciler, seconds);
  expect(logged).toEqual([]);
  await reconcileAt(reconciler, 14);
  expect(logged).toEqual([
    'warn internal topics cannot be created: they exist, but Kafka does not show them to this agent; allow its principal to ' +
      'describe all topics, in 16 seconds',
  ]);
});

test('placement counts the replicas of other brokers, although the readiness view does not have them', async () => {
  const crowded = [1001, 1002].map((id) => partition(`events-${id}`, 0, [id]));
  const whole = clusterOf({ brokers: [1001, 1002, 1003], partitions: crowded });
  await reconcileAt(
    reconcilerOf(1001, async () => whole),
    0,
  );
  const [[topics]] = mockSend.mock.calls;
  expect((topics as readonly PlacedTopic[])[0].assignments[0]).toEqual([1003]);
});

test('topics that exist in the full view are not created', async () => {
  const whole = clusterOf({ brokers: [1001, 1002, 1003], bareTopics: NAMES });
  await reconcileAt(
    reconcilerOf(1001, async () => whole),
    0,
  );
  expect(mockSend).not.toHaveBeenCalled();
});

test('retries if Kafka does not respond', async () => {
  mockSend.mockRejectedValueOnce(new Error('no answer'));
  const reconciler = reconcilerOf(1001);
  await reconcileAt(reconciler, 0);
  await reconcileAt(reconciler, 4);
  expect(logged[0]).toBe('warn internal topics cannot be created: no answer, in 2 seconds');
  expect(mockSend).toHaveBeenCalledTimes(2);
});

test('a pending request does not block, and is not sent twice', async () => {
  mockSend.mockReturnValue(new Promise(() => undefined));
  const reconciler = reconcilerOf(1001);
  await reconcileAt(reconciler, 0);
  await reconcileAt(reconciler, 400);
  expect(mockSend).toHaveBeenCalledTimes(1);
});

test('the second broker creates the topics two minutes after it saw that they are missing', async () => {
  const reconciler = reconcilerOf(1002);
  for (const seconds of [1_000, 1_119, 1_120]) await reconcileAt(reconciler, seconds);
  expect(mockSend).toHaveBeenCalledTimes(1);
});

test('the timeout of the second broker starts again after the topics existed', async () => {
  const whole = clusterOf({
    brokers: [1001, 1002, 1003],
    partitions: NAMES.map((name) => partition(name, 0, [1001])),
  });
  const reconciler = reconcilerOf(1002);
  await reconcileAt(reconciler, 0);
  await reconcileAt(reconciler, 60, whole);
  await reconcileAt(reconciler, 130);
  expect(mockSend).not.toHaveBeenCalled();
});

test('waits for missing brokers, and logs them once', async () => {
  const reconciler = reconcilerOf(1001);
  const view = clusterOf({ brokers: [1001, 1002] });
  await reconcileAt(reconciler, 0, view);
  await reconcileAt(reconciler, 4, view);
  expect(logged).toEqual(['info internal topics are not created yet: brokers 1003 are not registered yet']);
});
