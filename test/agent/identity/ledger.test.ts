import { Ledger } from '../../../agent/identity/ledger';
import { ApiServer } from '../kubernetes/api-server';

const PATH = '/api/v1/namespaces/prod/configmaps/events-streams-ledger';

let api: ApiServer;

beforeEach(async () => {
  api = await ApiServer.start();
});

afterEach(() => api.dispose());

const ledger = new Ledger('prod', 'events-streams-ledger');

test('returns the entry of a server', async () => {
  api.answers(200, { data: { 1001: '{"firstInSync":"2026-11-23T13:00:00.000Z","quorumKind":"static"}' } });
  await expect(ledger.read(1001)).resolves.toEqual({
    firstInSync: '2026-11-23T13:00:00.000Z',
    quorumKind: 'static',
  });
});

test.each([
  ['no entries', { metadata: {} }],
  ['entries of other servers only', { data: { 1002: '{"firstInSync":"2026-11-23T13:00:00.000Z"}' } }],
])('returns no entry of a server while it has %s', async (_, object) => {
  api.answers(200, object);
  await expect(ledger.read(1001)).resolves.toBeUndefined();
});

test('fails if the ConfigMap is missing, because every server would look new', async () => {
  api.answers(404, {});
  await expect(ledger.read(1001)).rejects.toMatchObject({
    message: "ConfigMap 'events-streams-ledger' of namespace 'prod' does not exist",
    hint: 'apply the complete synthesized YAML',
    exitCode: 78,
  });
});

test('fails if an entry is not JSON, because the server may have had data', async () => {
  api.answers(200, { data: { 1001: 'yes' } });
  await expect(ledger.read(1001)).rejects.toMatchObject({
    message: "entry 1001 of ConfigMap 'events-streams-ledger' is not JSON: yes",
    hint: 'correct the entry; if the server has had data, write {"firstInSync":"2026-03-01T12:00:00Z"}',
  });
});

test('the hint has the required permission', async () => {
  api.answers(403, { message: 'forbidden' });
  await expect(ledger.read(1001)).rejects.toMatchObject({
    hint: expect.stringContaining('get and patch on ConfigMap prod/events-streams-ledger'),
  });
});

test('writes the entry of one server and no other', async () => {
  await ledger.write(1001, { firstInSync: '2026-11-23T13:00:00.000Z' });
  expect(api.received).toMatchObject([
    {
      method: 'PATCH',
      path: PATH,
      body: '{"data":{"1001":"{\\"firstInSync\\":\\"2026-11-23T13:00:00.000Z\\"}"}}',
    },
  ]);
});

test('returns the other servers that have been in sync', async () => {
  api.answers(200, {
    data: {
      1001: '{"firstInSync":"2026-11-23T13:00:00.000Z"}',
      1002: '{"firstInSync":"2026-11-23T13:00:00.000Z","disks":["a"]}',
      1003: '{"disks":["b"]}',
      1004: 'not JSON',
    },
  });
  await expect(ledger.view(1001)).resolves.toEqual({
    entry: { firstInSync: '2026-11-23T13:00:00.000Z' },
    othersInSync: [1002],
  });
});
