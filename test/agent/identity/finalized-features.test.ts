import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertReadableMetadata } from '../../../agent/identity/finalized-features';
import { init } from '../../../agent/identity/init';
import * as brokers from '../../../agent/identity/init-broker';
import { KafkaSession } from '../../../agent/kafka/connection';
import * as mounted from '../../../agent/runtime/config';
import * as namespaces from '../../../agent/runtime/namespace';
import { brokerConfig } from '../configs';

let logDir: string;

beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), 'features-'));
  mkdirSync(join(logDir, '__cluster_metadata-0'));
  process.env.POD_NAME = 'events-streams-1001';
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.POD_NAME;
  rmSync(logDir, { recursive: true });
});

const disks = () => [{ claim: 'data-0', mountPath: logDir, logDir }];

/** Levels that each controller has finalized; undefined if it does not answer. */
function controllersHave(...levels: (number | undefined)[]) {
  jest.spyOn(KafkaSession, 'with').mockImplementation(async ({ host }, _deadline, act) => {
    const level = levels[Number(host)];
    if (level === undefined) throw new Error('no answer');
    return act({ features: new Map([['metadata.version', level]]) } as unknown as KafkaSession);
  });
  return levels.map((_, index) => ({ host: String(index), port: 9093 }));
}

function diskHas(level: number): void {
  const name = Buffer.from('metadata.version');
  const record = Buffer.from([1, 12, 0, name.length + 1, ...name, level >> 8, level & 255, 0, 0]);
  writeFileSync(join(logDir, '__cluster_metadata-0', '00000000000000000000.log'), record);
}

test('the first controller that answers knows what is finalized', async () => {
  const controllers = controllersHave(undefined, 33);
  diskHas(30);
  await expect(
    assertReadableMetadata({ disks: disks(), kafkaVersion: '4.3.1' }, controllers),
  ).rejects.toThrow('according to 1:9093');
});

test('without a controller, the disk knows it', async () => {
  const controllers = controllersHave(undefined, undefined);
  diskHas(33);
  await expect(
    assertReadableMetadata({ disks: disks(), kafkaVersion: '4.3.1' }, controllers),
  ).rejects.toThrow(`according to ${join(logDir, '__cluster_metadata-0')}`);
});

test('a new cluster, and an image of an unknown version, can start', async () => {
  const controllers = controllersHave(undefined);
  await assertReadableMetadata({ disks: disks(), kafkaVersion: '4.3.1' }, controllers);
  diskHas(33);
  await assertReadableMetadata({ disks: disks(), kafkaVersion: undefined }, controllers);
});

test('init checks it before Kafka starts', async () => {
  jest.spyOn(namespaces, 'assertOwnNamespace').mockResolvedValue(undefined);
  jest.spyOn(brokers, 'initBroker').mockResolvedValue('');
  jest.spyOn(mounted, 'readMounted').mockResolvedValue('');
  const files = jest.requireActual<typeof import('node:fs/promises')>('node:fs/promises');
  const write = jest.spyOn(files, 'writeFile').mockResolvedValue(undefined);
  jest.spyOn(files, 'rename').mockResolvedValue(undefined);
  controllersHave();
  diskHas(33);
  const config = brokerConfig({ disks: disks(), kafkaVersion: '4.3.1' });
  await expect(init(config, new AbortController().signal)).rejects.toThrow('metadata.version 33 (Kafka 4.4)');
  expect(write).toHaveBeenCalledTimes(1);
});
