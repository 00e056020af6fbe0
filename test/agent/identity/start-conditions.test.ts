/* Requests of `init` to an API server whose answers change. */
import { Ledger } from '../../../agent/identity/ledger';
import { retryWhileUnavailable } from '../../../agent/identity/start-conditions';
import { log } from '../../../agent/runtime/log';
import { ApiServer } from '../kubernetes/api-server';

const ENTRY = { firstInSync: '2026-11-23T13:00:00.000Z' };
const NEVER = new AbortController().signal;

let api: ApiServer;

beforeEach(async () => {
  api = await ApiServer.start();
});

afterEach(() => api.dispose());

/** Reads an entry. The API server gives the right answer after the first log line of the wait. */
async function readAfterWaiting(): Promise<{ readonly entry: unknown; readonly logged: string[] }> {
  const logged: string[] = [];
  jest.spyOn(log, 'warn').mockImplementation((message) => {
    logged.push(message);
    api.answers(200, { data: { 1001: JSON.stringify(ENTRY) } });
  });
  const ledger = new Ledger('prod', 'events-streams-ledger');
  return { entry: await retryWhileUnavailable(() => ledger.read(1001), NEVER, 1), logged };
}

test.each([401, 403])(
  'waits while access is denied (%i), and names the missing permission',
  async (status) => {
    api.answers(status, { message: 'configmaps "events-streams-ledger" is forbidden' });
    expect(await readAfterWaiting()).toEqual({
      entry: ENTRY,
      logged: [
        `waiting: the API server denies access to /api/v1/namespaces/prod/configmaps/events-streams-ledger (${status}): ` +
          'configmaps "events-streams-ledger" is forbidden; grant the ServiceAccount of the pod: ' +
          'get and patch on ConfigMap prod/events-streams-ledger; the synthesized YAML contains the Role, apply all of it',
      ],
    });
  },
);

test('waits while the ledger does not exist', async () => {
  api.answers(404, {});
  expect(await readAfterWaiting()).toEqual({
    entry: ENTRY,
    logged: [
      "waiting: ConfigMap 'events-streams-ledger' of namespace 'prod' does not exist; apply the complete synthesized YAML",
    ],
  });
});

test('waits while the API server is unavailable', async () => {
  api.answers(503, { message: 'etcd has no leader' });
  expect(await readAfterWaiting()).toEqual({
    entry: ENTRY,
    logged: ['waiting: the API server returned 503: etcd has no leader'],
  });
});

test.each([
  ['an entry that is not valid', 200, { data: { 1001: 'yes' } }, /entry 1001 .* is not JSON: yes/],
  ['a rejected request', 422, { message: 'invalid' }, /the API server returned 422/],
])('fails with %s', async (_, status, body, message) => {
  api.answers(status, body);
  await expect(readAfterWaiting()).rejects.toThrow(message);
});
