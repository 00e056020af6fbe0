import { liveBrokers } from '../../../agent/kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable, UnsupportedApi } from '../../../agent/kafka/connection';
import { TOPIC_ERROR, TopicResult } from '../../../agent/kafka/topic-admin';
import { ControllerRequests } from '../../../agent/topics/controller-requests';
import { clusterOf } from '../views';

jest.mock('../../../agent/kafka/connection', () => ({
  ...jest.requireActual('../../../agent/kafka/connection'),
  KafkaSession: { with: jest.fn() },
}));
jest.mock('../../../agent/kafka/cluster-view', () => ({ liveBrokers: jest.fn() }));

const BOOTSTRAP: Address = { host: 'bootstrap', port: 9091 };

const topic = (name: string) => ({ name });
const result = (name: string, errorCode: number): TopicResult => ({ name, errorCode, errorMessage: 'so' });

/** Error codes of topics, of which `undefined` is no result, or no answer. */
type Answer = Record<string, number | undefined> | 'no answer';

/** Received requests. */
let requests: [host: string, topics: string[]][];
let request: Parameters<ControllerRequests['send']>[1];
let controller: ControllerRequests;
const pause = jest.fn(async () => undefined);

beforeEach(() => {
  pause.mockClear();
  jest.mocked(liveBrokers).mockClear();
  controller = new ControllerRequests(BOOTSTRAP, pause);
});

const ask = (topics: readonly { readonly name: string }[]) => controller.send(topics, request);

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
  request = async (_, topics) => {
    const answer = answers[requests.length];
    requests.push([host, topics.map(({ name }) => name)]);
    if (answer === 'no answer') {
      throw new KafkaUnavailable(`${host} did not answer within 40 s`);
    }
    return topics.flatMap(({ name }) =>
      name in answer && answer[name] === undefined ? [] : result(name, answer[name] ?? 0),
    );
  };
}

test('asks the given broker, which forwards the request in KRaft mode', async () => {
  kafka({ answers: [{}] });
  await expect(ask([topic('a'), topic('b')])).resolves.toEqual([]);
  expect(requests).toEqual([['bootstrap', ['a', 'b']]]);
  expect(liveBrokers).not.toHaveBeenCalled();
});

test('returns existing topics and topics that Kafka rejects', async () => {
  kafka({ answers: [{ a: TOPIC_ERROR.alreadyExists, c: TOPIC_ERROR.invalidReplicaAssignment }] });
  await expect(ask([topic('a'), topic('b'), topic('c')])).resolves.toEqual([
    result('a', TOPIC_ERROR.alreadyExists),
    result('c', TOPIC_ERROR.invalidReplicaAssignment),
  ]);
});

test('asks the controller if the broker is not the controller, which only ZooKeeper mode requires', async () => {
  kafka({
    controllers: [2],
    answers: [
      { a: TOPIC_ERROR.notController, c: TOPIC_ERROR.notController },
      { c: TOPIC_ERROR.alreadyExists },
    ],
  });
  await expect(ask([topic('a'), topic('b'), topic('c')])).resolves.toEqual([
    result('c', TOPIC_ERROR.alreadyExists),
  ]);
  expect(requests).toEqual([
    ['bootstrap', ['a', 'b', 'c']],
    ['broker-2', ['a', 'c']],
  ]);
});

test('asks the controller at once after it has been found', async () => {
  kafka({ controllers: [2], answers: [{ a: TOPIC_ERROR.notController }, {}, {}] });
  await ask([topic('a')]);
  await ask([topic('b')]);
  expect(requests.map(([host]) => host)).toEqual(['bootstrap', 'broker-2', 'broker-2']);
});

test.each([TOPIC_ERROR.requestTimedOut, TOPIC_ERROR.throttlingQuotaExceeded])(
  'asks a busy controller again after a pause, error code %i',
  async (code) => {
    kafka({ answers: [{ a: code }, {}] });
    await expect(ask([topic('a'), topic('b')])).resolves.toEqual([]);
    expect(requests).toEqual([
      ['bootstrap', ['a', 'b']],
      ['bootstrap', ['a']],
    ]);
    expect(pause).toHaveBeenCalledTimes(1);
  },
);

test('does not ask another broker if the request is not supported', async () => {
  kafka({ answers: [{}] });
  request = async () => {
    throw new UnsupportedApi('broker-1:9091 does not support version 7 of API 19');
  };
  await expect(ask([topic('a')])).rejects.toThrow('does not support version 7 of API 19');
  expect(liveBrokers).not.toHaveBeenCalled();
});

test('asks once more after the controller has moved', async () => {
  kafka({
    controllers: [2, 3],
    answers: [
      { a: TOPIC_ERROR.notController },
      { a: TOPIC_ERROR.notController },
      { a: TOPIC_ERROR.notController },
    ],
  });
  await expect(ask([topic('a')])).resolves.toEqual([result('a', TOPIC_ERROR.notController)]);
  expect(requests.map(([host]) => host)).toEqual(['bootstrap', 'broker-2', 'broker-3']);
});

test('asks the bootstrap server again if Metadata names no controller', async () => {
  kafka({ controllers: [-1], answers: [{ a: TOPIC_ERROR.notController }, {}] });
  await ask([topic('a')]);
  expect(requests.map(([host]) => host)).toEqual(['bootstrap', 'bootstrap']);
});

test('asks other brokers if a broker does not answer', async () => {
  kafka({ answers: ['no answer', 'no answer', {}] });
  await expect(ask([topic('a')])).resolves.toEqual([]);
  expect(requests.map(([host]) => host)).toEqual(['bootstrap', 'broker-2', 'broker-3']);
});

test('a topic for which Kafka never has a result is not taken for done', async () => {
  kafka({ controllers: [2, 3], answers: Array<Answer>(3).fill({ a: undefined }) });
  await expect(ask([topic('a'), topic('b')])).resolves.toEqual([
    { name: 'a', errorCode: -1, errorMessage: 'no result in the answer of Kafka' },
  ]);
  expect(requests.map(([, topics]) => topics)).toEqual([['a', 'b'], ['a'], ['a']]);
});

test('fails if three brokers do not answer', async () => {
  kafka({ answers: ['no answer', 'no answer', 'no answer'] });
  await expect(ask([topic('a')])).rejects.toThrow(
    new KafkaUnavailable('broker-3 did not answer within 40 s'),
  );
});

test('fails if no broker answers', async () => {
  kafka({ answers: ['no answer'] });
  jest.mocked(liveBrokers).mockRejectedValue(new KafkaUnavailable('bootstrap did not answer within 40 s'));
  await expect(ask([topic('a')])).rejects.toThrow('bootstrap did not answer');
  expect(requests).toHaveLength(1);
});
