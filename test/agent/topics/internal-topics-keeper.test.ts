import { CreateResult, TOPIC_ALREADY_EXISTS } from '../../../agent/kafka/topic-admin';
import { log } from '../../../agent/runtime/log';
import { createOnController } from '../../../agent/topics/create';
import { InternalTopicsReconciler } from '../../../agent/topics/internal-topics-reconciler';
import { brokerConfig } from '../configs';
import { clusterOf, partition } from '../views';

jest.mock('../../../agent/topics/create', () => ({ createOnController: jest.fn() }));

const NAMES = ['__consumer_offsets', '__transaction_state'];
const TOPICS = NAMES.map((name) => ({ name, partitions: 2, replicationFactor: 1 }));
const ALL = clusterOf({ brokers: [1001, 1002, 1003] });

let now: number;
let said: string[];

beforeEach(() => {
  now = 0;
  said = [];
  for (const level of ['info', 'warn', 'error'] as const) {
    jest
      .spyOn(log, level)
      .mockImplementation(
        (message, { topics = '' } = {}) => void said.push(`${level} ${message} ${String(topics)}`.trim()),
      );
  }
  jest.mocked(createOnController).mockReset().mockResolvedValue([]);
});
afterEach(() => jest.restoreAllMocks());

/** A keeper; `whole` is what Kafka says of all partitions, if it is not what readiness has seen. */
const keeperOf = (self: number, whole = async () => ALL) =>
  new InternalTopicsReconciler(brokerConfig(), self, TOPICS, () => now, whole);
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function keepAt(keeper: InternalTopicsReconciler, seconds: number, view = ALL): Promise<void> {
  now = seconds * 1_000;
  keeper.reconcile(view);
  await settled();
}

function refuse(...results: [name: string, errorCode: number][]): void {
  jest
    .mocked(createOnController)
    .mockResolvedValue(
      results.map(([name, errorCode]): CreateResult => ({ name, errorCode, errorMessage: 'because' })),
    );
}

test('the first broker creates the topics, and says so', async () => {
  await keepAt(keeperOf(1001), 0);
  expect(said).toEqual(['info internal topics created __consumer_offsets,__transaction_state']);
});

test('what exists already was not created', async () => {
  refuse([NAMES[0], TOPIC_ALREADY_EXISTS]);
  await keepAt(keeperOf(1001), 0);
  expect(said).toEqual(['info internal topics created __transaction_state']);
});

test('when all exist already, nothing is said', async () => {
  refuse([NAMES[0], TOPIC_ALREADY_EXISTS], [NAMES[1], TOPIC_ALREADY_EXISTS]);
  await keepAt(keeperOf(1001), 0);
  expect(said).toEqual([]);
});

test('a refusal is said once, beside what was created', async () => {
  refuse([NAMES[0], 44]);
  const keeper = keeperOf(1001);
  await keepAt(keeper, 0);
  await keepAt(keeper, 4);
  expect(said.filter((line) => line.startsWith('error'))).toEqual(['error __consumer_offsets: because']);
  expect(said[0]).toBe('info internal topics created __transaction_state');
});

test('replicas of other brokers count for the placement, although readiness does not see them', async () => {
  const crowded = [1001, 1002].map((id) => partition(`events-${id}`, 0, [id]));
  const whole = clusterOf({ brokers: [1001, 1002, 1003], partitions: crowded });
  await keepAt(
    keeperOf(1001, async () => whole),
    0,
  );
  const [[, topics]] = jest.mocked(createOnController).mock.calls;
  expect(topics[0].assignments[0]).toEqual([1003]);
});

test('nothing is created that is there by the time all partitions are known', async () => {
  const whole = clusterOf({ brokers: [1001, 1002, 1003], bareTopics: NAMES });
  await keepAt(
    keeperOf(1001, async () => whole),
    0,
  );
  expect(createOnController).not.toHaveBeenCalled();
});

test('a Kafka that does not answer is asked again', async () => {
  jest.mocked(createOnController).mockRejectedValueOnce(new Error('no answer'));
  const keeper = keeperOf(1001);
  await keepAt(keeper, 0);
  await keepAt(keeper, 4);
  expect(said[0]).toBe('warn internal topics cannot be created yet: no answer');
  expect(createOnController).toHaveBeenCalledTimes(2);
});

test('a request that hangs holds up no round, and is not sent twice', async () => {
  jest.mocked(createOnController).mockReturnValue(new Promise(() => undefined));
  const keeper = keeperOf(1001);
  await keepAt(keeper, 0);
  await keepAt(keeper, 400);
  expect(createOnController).toHaveBeenCalledTimes(1);
});

test('the second broker steps in two minutes after it saw the first do nothing', async () => {
  const keeper = keeperOf(1002);
  for (const seconds of [1_000, 1_119, 1_120]) await keepAt(keeper, seconds);
  expect(createOnController).toHaveBeenCalledTimes(1);
});

test('and counts anew when the topics were there meanwhile', async () => {
  const whole = clusterOf({
    brokers: [1001, 1002, 1003],
    partitions: NAMES.map((name) => partition(name, 0, [1001])),
  });
  const keeper = keeperOf(1002);
  await keepAt(keeper, 0);
  await keepAt(keeper, 60, whole);
  await keepAt(keeper, 130);
  expect(createOnController).not.toHaveBeenCalled();
});

test('brokers that are missing are waited for, and named once', async () => {
  const keeper = keeperOf(1001);
  const view = clusterOf({ brokers: [1001, 1002] });
  await keepAt(keeper, 0, view);
  await keepAt(keeper, 4, view);
  expect(said).toEqual(['info internal topics wait: brokers 1003 are not there yet']);
});
