/* The steps before the start of a server, with an API server, a disk and the annotations of a pod. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATHS } from '../../../lib/seam/agent-config';
import { DISK_ID_FILE } from '../../../agent/identity/disk-id';
import { LedgerEntry } from '../../../agent/identity/ledger';
import { readLocation } from '../../../agent/identity/location-file';
import { ServerStart } from '../../../agent/identity/server-start';
import { StartVerdict } from '../../../agent/identity/start-verdict';
import { log } from '../../../agent/runtime/log';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';
import { brokerConfig } from '../configs';

const LEDGER = '/api/v1/namespaces/prod/configmaps/events-streams-ledger';
const FIRST = { firstInSync: '2025-01-01T12:00:00.000Z' };
const SERVER = { id: 1001, podName: 'events-streams-1001', zone: 'a' };
const CLAIM = '/api/v1/namespaces/prod/persistentvolumeclaims/data-0-events-streams-1001';
const UNTIL = new Date(Date.now() + 3_600_000).toISOString();
const ACCEPTANCE = `until=${UNTIL}; by=jane; reason=the disk failed`;
const BLOCKED: StartVerdict = { mayStart: false, reason: 'orders-0 could be lost', needsAction: true };

let api: ApiServer;
let store: ObjectStore;
let folder: string;
let disk: { logDir: string; isEmpty: boolean; id?: string };
let stop: AbortController;
let warnings: string[];

beforeEach(async () => {
  api = await ApiServer.start();
  store = new ObjectStore();
  api.serves(store);
  folder = await mkdtemp(join(tmpdir(), 'start-'));
  disk = { logDir: folder, isEmpty: true };
  stop = new AbortController();
  warnings = [];
  jest.replaceProperty(PATHS, 'podInfo', folder as typeof PATHS.podInfo);
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
  jest.spyOn(log, 'warn').mockImplementation((message) => {
    warnings.push(message);
    stop.abort(new Error('enough'));
  });
  Object.assign(process.env, { POD_UID: 'pod-1', NODE_NAME: 'node-1', TMPDIR: folder });
  await annotate('');
});

afterEach(async () => {
  ['POD_UID', 'NODE_NAME', 'TMPDIR'].forEach((name) => delete process.env[name]);
  await rm(folder, { recursive: true });
  await api.dispose();
});

async function annotate(value: string): Promise<void> {
  const line = value && `cdk8s-kafka.io/accept-data-loss=${JSON.stringify(value)}`;
  await writeFile(join(folder, 'annotations'), line);
}

function recorded(): LedgerEntry {
  return JSON.parse(store.objects.get(LEDGER)!.data[1001]) as LedgerEntry;
}

function record(entry?: LedgerEntry): void {
  store.put(CLAIM, { spec: { volumeName: 'local-7' } });
  store.put(LEDGER, { data: entry === undefined ? {} : { 1001: JSON.stringify(entry) } });
}

async function prepare(): Promise<ServerStart> {
  return ServerStart.prepare(brokerConfig(), SERVER, [disk], stop.signal);
}

/** Starts the broker. Without an accepted loss, the decision is `verdict`. */
async function start(verdict: StartVerdict = { mayStart: true, reason: 'new' }): Promise<void> {
  const decide = async (acceptedLoss: string | undefined): Promise<StartVerdict> =>
    acceptedLoss === undefined
      ? verdict
      : { mayStart: true, reason: `accepted by ${acceptedLoss}`, givenUp: 'orders-0' };
  await (await prepare()).waitUntilAllowed(decide, stop.signal);
}

const events = () => [...store.objects.values()].filter(({ kind }) => kind === 'Event');

test('an empty disk gets an id, and the ledger records it before the broker has been in sync', async () => {
  record();
  await start();
  const id = (await readFile(join(folder, DISK_ID_FILE), 'utf8')).trim();
  expect(recorded()).toEqual({
    node: 'node-1',
    zone: 'a',
    volumes: ['local-7'],
    disks: [id],
    firstSeen: expect.any(String),
    lastSeen: expect.any(String),
  });
  expect(await readLocation()).toEqual({ node: 'node-1', zone: 'a', volumes: ['local-7'], disks: [id] });
  disk = { ...disk, isEmpty: false, id };
  expect((await prepare()).facts).toMatchObject({ hasBeenInSync: false, emptyDisks: [] });
});

test('an old disk of the same broker counts as an empty one', async () => {
  record({ ...FIRST, node: 'node-1', disks: ['newer'] });
  disk = { ...disk, isEmpty: false, id: 'older' };
  expect((await prepare()).facts).toMatchObject({
    hasBeenInSync: true,
    emptyDisks: [folder],
    description: `${folder} of broker 1001 has old data: this is disk older, and the last start was on disk newer of node node-1`,
  });
});

test('a start on the same disk of the same node writes nothing', async () => {
  const location = { node: 'node-1', zone: 'a', volumes: ['local-7'], disks: ['a'] };
  record({ ...FIRST, ...location });
  disk = { ...disk, isEmpty: false, id: 'a' };
  await start();
  expect(store.writes).toEqual([]);
  expect(await readLocation()).toEqual(location);
});

test('a start on another node is recorded, and the ledger keeps the former location', async () => {
  const before = { node: 'node-0', zone: 'c', volumes: ['local-1'], disks: ['lost'] };
  record({ ...FIRST, ...before, lastSeen: '2026-03-01T12:00:00Z' });
  await start();
  expect(recorded()).toMatchObject({
    ...FIRST,
    node: 'node-1',
    zone: 'a',
    formerLocations: [{ ...before, until: '2026-03-01T12:00:00Z' }],
  });
});

test('a blocked start waits, says how to accept the loss, and records an Event', async () => {
  record(FIRST);
  await expect(start(BLOCKED)).rejects.toThrow('enough');
  const message =
    'orders-0 could be lost. To start nevertheless, accept the loss of data: npx cdk8s-kafka accept-data-loss ' +
    "--namespace prod --pod events-streams-1001 --for 1h --reason '<reason>'";
  expect(warnings).toEqual([`waiting: ${message}`]);
  expect(events()).toMatchObject([{ reason: 'StartBlocked', type: 'Warning', message }]);
  expect(recorded()).toEqual(FIRST);
});

test('an accepted loss is recorded before the start, with what it gives up', async () => {
  record(FIRST);
  await annotate(ACCEPTANCE);
  await start(BLOCKED);
  expect(recorded()).toMatchObject({
    ...FIRST,
    disks: [expect.any(String)],
    acceptedLoss: { until: UNTIL, by: 'jane', reason: 'the disk failed', pod: 'pod-1', givenUp: 'orders-0' },
  });
  expect(events()).toMatchObject([
    { reason: 'DataLossAccepted', message: `accepted by jane until ${UNTIL}: the disk failed` },
  ]);
});

test.each([
  ['a closed acceptance', { pod: 'pod-1', isClosed: true as const }],
  ['the acceptance of a former pod', { pod: 'pod-0' }],
])('%s does not answer a second loss', async (_, change) => {
  const acceptedLoss = { until: UNTIL, by: 'jane', reason: 'the disk failed', givenUp: 'pay-0', ...change };
  record({ ...FIRST, acceptedLoss });
  await annotate(ACCEPTANCE);
  await expect(start(BLOCKED)).rejects.toThrow('enough');
  expect(warnings[0]).toMatch(
    /is ignored: it has been used for an earlier loss: pay-0\. Accept this loss with a new one$/,
  );
});

test('an acceptance that stands at the pod since January answers nothing', async () => {
  record(FIRST);
  await annotate('jane: disk is dead, archive has the data (2026-01-03)');
  await expect(start(BLOCKED)).rejects.toThrow('enough');
  expect(warnings[0]).toContain(
    'cdk8s-kafka.io/accept-data-loss is ignored: the value is not valid; write until=',
  );
});

test('a start that is allowed does not use an acceptance', async () => {
  record(FIRST);
  await annotate(ACCEPTANCE);
  const start1 = await prepare();
  await start1.waitUntilAllowed(
    async () => ({ mayStart: true, reason: 'others have all data' }),
    stop.signal,
  );
  expect(recorded().acceptedLoss).toBeUndefined();
});
