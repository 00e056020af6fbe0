import { liveBrokers } from '../../../agent/kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable } from '../../../agent/kafka/connection';
import {
  CreateResult,
  NOT_CONTROLLER,
  PlacedTopic,
  TOPIC_ALREADY_EXISTS,
  createTopics,
} from '../../../agent/kafka/topic-admin';
import { createOnController } from '../../../agent/topics/create';
import { clusterOf } from '../views';

jest.mock('../../../agent/kafka/connection', () => ({
  ...jest.requireActual('../../../agent/kafka/connection'),
  KafkaSession: { with: jest.fn() },
}));
jest.mock('../../../agent/kafka/cluster-view', () => ({ liveBrokers: jest.fn() }));
jest.mock('../../../agent/kafka/topic-admin', () => ({
  NOT_CONTROLLER: 41,
  TOPIC_ALREADY_EXISTS: 36,
  createTopics: jest.fn(),
}));

const BOOTSTRAP: Address = { host: 'bootstrap', port: 9091 };
const INVALID_REPLICA_ASSIGNMENT = 39;

const topic = (name: string): PlacedTopic => ({ name, assignments: [[1, 2]], config: {} });
const result = (name: string, errorCode: number): CreateResult => ({ name, errorCode, errorMessage: 'so' });

/** Error codes of topics, or no answer. */
type Answer = Record<string, number> | 'no answer';

/** CreateTopics requests. */
let requests: [host: string, topics: string[]][];

/** Cluster with the answer to each request. Metadata names each of the controllers once. */
function kafka({ controllers = [1], answers }: { controllers?: number[]; answers: Answer[] }): void {
  requests = [];
  let host = '';
  jest.mocked(KafkaSession.with).mockImplementation(async (address, _, questions) => {
    host = address.host;
    return questions(undefined as unknown as KafkaSession);
  });
  let views = 0;
  jest.mocked(liveBrokers).mockImplementation(async () => ({
    ...clusterOf({ brokers: [1, 2, 3] }),
    controllerId: controllers[views++] ?? -1,
  }));
  jest.mocked(createTopics).mockImplementation(async (_, topics) => {
    const answer = answers[requests.length];
    requests.push([host, topics.map(({ name }) => name)]);
    if (answer === 'no answer') {
      throw new KafkaUnavailable(`${host} did not answer within 40 s`);
    }
    return topics.map(({ name }) => result(name, answer[name] ?? 0));
  });
}

test('asks the given broker, which forwards the request in KRaft mode', async () => {
  kafka({ answers: [{}] });
  await expect(createOnController(BOOTSTRAP, [topic('a'), topic('b')])).resolves.toEqual([]);
  expect(requests).toEqual([['bootstrap', ['a', 'b']]]);
  expect(liveBrokers).not.toHaveBeenCalled();
});

test('returns existing topics and topics that Kafka rejects', async () => {
  kafka({ answers: [{ a: TOPIC_ALREADY_EXISTS, c: INVALID_REPLICA_ASSIGNMENT }] });
  await expect(createOnController(BOOTSTRAP, [topic('a'), topic('b'), topic('c')])).resolves.toEqual([
    result('a', TOPIC_ALREADY_EXISTS),
    result('c', INVALID_REPLICA_ASSIGNMENT),
  ]);
});

test('asks the controller if the broker is not the controller, which only ZooKeeper mode requires', async () => {
  kafka({
    controllers: [2],
    answers: [{ a: NOT_CONTROLLER, c: NOT_CONTROLLER }, { c: TOPIC_ALREADY_EXISTS }],
  });
  await expect(createOnController(BOOTSTRAP, [topic('a'), topic('b'), topic('c')])).resolves.toEqual([
    result('c', TOPIC_ALREADY_EXISTS),
  ]);
  expect(requests).toEqual([
    ['bootstrap', ['a', 'b', 'c']],
    ['broker-2', ['a', 'c']],
  ]);
});

test('asks once more after the controller has moved', async () => {
  kafka({
    controllers: [2, 3],
    answers: [{ a: NOT_CONTROLLER }, { a: NOT_CONTROLLER }, { a: NOT_CONTROLLER }],
  });
  await expect(createOnController(BOOTSTRAP, [topic('a')])).resolves.toEqual([result('a', NOT_CONTROLLER)]);
  expect(requests.map(([host]) => host)).toEqual(['bootstrap', 'broker-2', 'broker-3']);
});

test('asks the bootstrap server again if Metadata names no controller', async () => {
  kafka({ controllers: [-1], answers: [{ a: NOT_CONTROLLER }, {}] });
  await createOnController(BOOTSTRAP, [topic('a')]);
  expect(requests.map(([host]) => host)).toEqual(['bootstrap', 'bootstrap']);
});

test('asks other brokers if a broker does not answer', async () => {
  kafka({ answers: ['no answer', 'no answer', {}] });
  await expect(createOnController(BOOTSTRAP, [topic('a')])).resolves.toEqual([]);
  expect(requests.map(([host]) => host)).toEqual(['bootstrap', 'broker-2', 'broker-3']);
});

test('fails if three brokers do not answer', async () => {
  kafka({ answers: ['no answer', 'no answer', 'no answer'] });
  await expect(createOnController(BOOTSTRAP, [topic('a')])).rejects.toThrow(
    new KafkaUnavailable('broker-3 did not answer within 40 s'),
  );
});

test('fails if no broker answers', async () => {
  kafka({ answers: ['no answer'] });
  jest.mocked(liveBrokers).mockRejectedValue(new KafkaUnavailable('bootstrap did not answer within 40 s'));
  await expect(createOnController(BOOTSTRAP, [topic('a')])).rejects.toThrow('bootstrap did not answer');
  expect(requests).toHaveLength(1);
});
