import { clusterView } from '../../../agent/kafka/cluster-view';
import { Address, KafkaSession } from '../../../agent/kafka/connection';
import {
  CreateResult,
  NOT_CONTROLLER,
  PlacedTopic,
  TOPIC_ALREADY_EXISTS,
  createTopics,
} from '../../../agent/kafka/topic-admin';
import { createOnController } from '../../../agent/topics/create';
import { clusterOf } from '../views';

jest.mock('../../../agent/kafka/connection', () => ({ KafkaSession: { with: jest.fn() } }));
jest.mock('../../../agent/kafka/cluster-view', () => ({ clusterView: jest.fn() }));
jest.mock('../../../agent/kafka/topic-admin', () => ({
  NOT_CONTROLLER: 41,
  TOPIC_ALREADY_EXISTS: 36,
  createTopics: jest.fn(),
}));

const BOOTSTRAP: Address = { host: 'bootstrap', port: 9091 };
const INVALID_REPLICA_ASSIGNMENT = 39;

const topic = (name: string): PlacedTopic => ({ name, assignments: [[1, 2]], config: {} });
const result = (name: string, errorCode: number): CreateResult => ({ name, errorCode, errorMessage: 'so' });

/** CreateTopics requests. */
let requests: [host: string, topics: string[]][];

/** Cluster whose controller can move between two attempts, with the responses of each attempt. */
function kafka(...attempts: { controller: number; codes: Record<string, number> }[]): void {
  requests = [];
  let attempt = -1;
  let host = '';
  jest.mocked(KafkaSession.with).mockImplementation(async (address, _, questions) => {
    host = address.host;
    return questions(undefined as unknown as KafkaSession);
  });
  jest.mocked(clusterView).mockImplementation(async () => {
    attempt++;
    return { ...clusterOf({ brokers: [1, 2] }), controllerId: attempts[attempt].controller };
  });
  jest.mocked(createTopics).mockImplementation(async (_, topics) => {
    requests.push([host, topics.map(({ name }) => name)]);
    return topics.map(({ name }) => result(name, attempts[attempt].codes[name] ?? 0));
  });
}

test('returns nothing if all topics were created', async () => {
  kafka({ controller: 2, codes: {} });
  await expect(createOnController(BOOTSTRAP, [topic('a'), topic('b')])).resolves.toEqual([]);
  expect(requests).toEqual([['broker-2', ['a', 'b']]]);
});

test('sends the request to the bootstrap server if Metadata names no controller', async () => {
  kafka({ controller: -1, codes: {} });
  await createOnController(BOOTSTRAP, [topic('a')]);
  expect(requests).toEqual([['bootstrap', ['a']]]);
});

test('returns existing topics and topics that Kafka rejects', async () => {
  kafka({ controller: 1, codes: { a: TOPIC_ALREADY_EXISTS, c: INVALID_REPLICA_ASSIGNMENT } });
  await expect(createOnController(BOOTSTRAP, [topic('a'), topic('b'), topic('c')])).resolves.toEqual([
    result('a', TOPIC_ALREADY_EXISTS),
    result('c', INVALID_REPLICA_ASSIGNMENT),
  ]);
});

test('retries with the new controller after the controller has moved', async () => {
  kafka(
    { controller: 1, codes: { a: NOT_CONTROLLER, c: NOT_CONTROLLER } },
    { controller: 2, codes: { c: TOPIC_ALREADY_EXISTS } },
  );
  await expect(createOnController(BOOTSTRAP, [topic('a'), topic('b'), topic('c')])).resolves.toEqual([
    result('c', TOPIC_ALREADY_EXISTS),
  ]);
  expect(requests).toEqual([
    ['broker-1', ['a', 'b', 'c']],
    ['broker-2', ['a', 'c']],
  ]);
});

test('retries only once', async () => {
  kafka({ controller: 1, codes: { a: NOT_CONTROLLER } }, { controller: 2, codes: { a: NOT_CONTROLLER } });
  await expect(createOnController(BOOTSTRAP, [topic('a')])).resolves.toEqual([result('a', NOT_CONTROLLER)]);
  expect(requests).toHaveLength(2);
});
