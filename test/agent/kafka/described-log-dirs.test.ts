import { SimulatedLogDir } from '../../../bench/simulator/cluster';
import { describeLogDirsResponse } from '../../../bench/simulator/responses';
import { KafkaSession } from '../../../agent/kafka/connection';
import { describedLogDirs } from '../../../agent/kafka/described-log-dirs';
import { KafkaServer } from '../../support/kafka-server';

const DESCRIBE_LOG_DIRS = 35;
const STORAGE_ERROR = 56;

let answer: readonly SimulatedLogDir[] | number;
let server: KafkaServer;

beforeEach(async () => {
  server = await KafkaServer.start([
    { key: DESCRIBE_LOG_DIRS, versions: [0, 99], answer: () => describeLogDirsResponse(answer) },
  ]);
});
afterEach(() => server.stop());

const dir = (path: string, change: Partial<SimulatedLogDir> = {}): SimulatedLogDir => ({
  errorCode: 0,
  path,
  topics: [],
  total: 100n,
  usable: 40n,
  ...change,
});
const described = () =>
  KafkaSession.with({ host: '127.0.0.1', port: server.port }, 5_000, (session) => describedLogDirs(session));

test('state and space of each log directory', async () => {
  answer = [dir('/data/0'), dir('/data/1', { errorCode: STORAGE_ERROR, total: -1n, usable: -1n })];
  expect(await described()).toEqual([
    { path: '/data/0', isOnline: true, space: { totalBytes: 100, usableBytes: 40 } },
    { path: '/data/1', isOnline: false },
  ]);
});

test('a broker that cannot read the size of a file system', async () => {
  answer = [dir('/data/0', { total: -1n, usable: -1n })];
  expect(await described()).toEqual([{ path: '/data/0', isOnline: true }]);
});

test('a broker that does not describe them', async () => {
  answer = 31;
  await expect(described()).rejects.toThrow(
    'the broker does not describe its log directories: error code 31',
  );
});
