import { Ledger } from '../../../agent/identity/ledger';
import { ApiServer } from '../kubernetes/api-server';

const PATH = '/api/v1/namespaces/prod/configmaps/events-streams-ledger';

let api: ApiServer;

beforeEach(async () => {
  api = await ApiServer.start();
});

afterEach(() => api.dispose());

const ledger = new Ledger('prod', 'events-streams-ledger');

test('remembers a server that is written in it', async () => {
  api.answers(200, { data: { 1001: '{"firstInSync":"2026-11-23T13:00:00.000Z","quorum":"static"}' } });
  await expect(ledger.read(1001)).resolves.toEqual({
    firstInSync: '2026-11-23T13:00:00.000Z',
    quorum: 'static',
  });
});

test.each([
  ['no entries', { metadata: {} }],
  ['entries of others', { data: { 1002: '{"firstInSync":"2026-11-23T13:00:00.000Z"}' } }],
])('knows nothing of a server while it has %s', async (_, object) => {
  api.answers(200, object);
  await expect(ledger.read(1001)).resolves.toBeUndefined();
});

test('fails when it is missing, since every server would look new', async () => {
  api.answers(404, {});
  await expect(ledger.read(1001)).rejects.toMatchObject({
    message: "ConfigMap 'events-streams-ledger' of namespace 'prod' does not exist",
    mend: 'apply the synthesized YAML, all of it',
    exitCode: 78,
  });
});

test('fails for an entry that nobody can read, since the server may have held data', async () => {
  api.answers(200, { data: { 1001: 'yes' } });
  await expect(ledger.read(1001)).rejects.toMatchObject({
    message: "entry 1001 of ConfigMap 'events-streams-ledger' is not JSON: yes",
    mend: 'correct it; if the server has held data, write {"firstInSync":"<date>"}',
  });
});

test('names the right that it needs', async () => {
  api.answers(403, { message: 'forbidden' });
  await expect(ledger.read(1001)).rejects.toMatchObject({
    mend: expect.stringContaining('get and patch on ConfigMap prod/events-streams-ledger'),
  });
});

test('writes the entry of one server and touches no other', async () => {
  await ledger.write(1001, { firstInSync: '2026-11-23T13:00:00.000Z' });
  expect(api.received).toMatchObject([
    {
      method: 'PATCH',
      path: PATH,
      body: '{"data":{"1001":"{\\"firstInSync\\":\\"2026-11-23T13:00:00.000Z\\"}"}}',
    },
  ]);
});
