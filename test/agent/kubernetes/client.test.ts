/* The client with a real server, over TLS. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../../agent/runtime/errors';
import {
  ApiServerUnavailable,
  ConflictError,
  createObject,
  deleteObject,
  getObject,
  listObjects,
  patchObject,
  replaceObject,
} from '../../../agent/kubernetes/client';
import { ApiServer } from './api-server';
import { throwawayCertificate } from './throwaway-certificate';

const PATH = '/api/v1/nodes/node-7';

let api: ApiServer;

beforeEach(async () => {
  api = await ApiServer.start();
});

afterEach(() => api.dispose());

const get = () => getObject<{ kind: string }>(PATH, 'get on nodes');

test('reads an object', async () => {
  api.answers(200, { kind: 'Node' });
  await expect(get()).resolves.toEqual({ kind: 'Node' });
  expect(api.received).toMatchObject([{ method: 'GET', path: PATH, body: '' }]);
});

test('sends the token of the ServiceAccount', async () => {
  await get();
  expect(api.received[0].headers.authorization).toBe('Bearer secret-token');
});

test('sends the new token after rotation', async () => {
  await get();
  await writeFile(join(api.folder, 'token'), 'next-token');
  await get();
  expect(api.received[1].headers.authorization).toBe('Bearer next-token');
});

test('sends a merge patch', async () => {
  await patchObject(PATH, 'patch on nodes', { data: { 1001: 'é' } });
  expect(api.received).toMatchObject([
    {
      method: 'PATCH',
      path: PATH,
      body: '{"data":{"1001":"é"}}',
      headers: { 'content-type': 'application/merge-patch+json' },
    },
  ]);
});

test('sends a strategic merge patch on request', async () => {
  await patchObject(PATH, 'patch on nodes', { spec: {} }, 'strategic-merge-patch');
  expect(api.received[0].headers['content-type']).toBe('application/strategic-merge-patch+json');
});

test.each([
  ['creates', 'POST', 201, createObject],
  ['replaces', 'PUT', 200, replaceObject],
])('%s an object and returns the stored version', async (_, method, status, write) => {
  api.answers(status, { metadata: { resourceVersion: '8' } });
  await expect(write(PATH, 'all on nodes', { kind: 'Node' })).resolves.toEqual({
    metadata: { resourceVersion: '8' },
  });
  expect(api.received).toMatchObject([
    { method, path: PATH, body: '{"kind":"Node"}', headers: { 'content-type': 'application/json' } },
  ]);
});

test.each([
  ['create', createObject],
  ['replace', replaceObject],
])('a conflict fails to %s an object', async (_, write) => {
  api.answers(409, { message: 'the object has been modified' });
  const error = await write(PATH, 'all on nodes', {}).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ConflictError);
  expect(error).toMatchObject({
    message: `${PATH} was changed by another client: the object has been modified`,
  });
});

test('replacing a deleted object is a conflict', async () => {
  api.answers(404, { message: 'not found' });
  await expect(replaceObject(PATH, 'all on nodes', {})).rejects.toThrow(
    new ConflictError(`${PATH} was deleted by another client`),
  );
});

test('reading an object that does not exist returns undefined', async () => {
  api.answers(404, { kind: 'Status', message: 'nodes "node-7" not found' });
  await expect(get()).resolves.toBeUndefined();
});

test('patching an object that does not exist is an error', async () => {
  api.answers(404, { message: 'nodes "node-7" not found' });
  await expect(patchObject(PATH, 'patch on nodes', {})).rejects.toMatchObject({
    message: `the API server returned 404 for ${PATH}: nodes "node-7" not found`,
    hint: 'apply the synthesized YAML again',
    exitCode: 69,
  });
});

test.each([[401], [403]])('an authorization error (%i) names the missing permission', async (status) => {
  api.answers(status, { message: 'nodes "node-7" is forbidden' });
  const refusal = await get().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(OperatorError);
  expect(refusal).toMatchObject({
    message: `the API server denies access to ${PATH} (${status}): nodes "node-7" is forbidden`,
    hint: 'grant the ServiceAccount of the pod: get on nodes; the synthesized YAML contains the Role, apply all of it',
    exitCode: 78,
  });
});

test.each([[429], [500], [503]])('a temporary error (%i) can be retried', async (status) => {
  api.answers(status, { message: 'etcd has no leader' });
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiServerUnavailable);
  expect(error).toMatchObject({ message: `the API server returned ${status}: etcd has no leader` });
});

test.each([
  ['that is not JSON', '<html>bad gateway</html>', '<html>bad gateway</html>'],
  ['without a message', '{"code":503}', '{"code":503}'],
  ['that is long', 'x'.repeat(300), 'x'.repeat(200)],
])('the error message contains a response %s', async (_, body, shown) => {
  api.answers(503, body);
  await expect(get()).rejects.toThrow(new ApiServerUnavailable(`the API server returned 503: ${shown}`));
});

test('an unreachable server can be retried', async () => {
  await api.close();
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiServerUnavailable);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^no response from the API server: .*ECONNREFUSED/),
  });
});

test('a server with an untrusted certificate receives no token', async () => {
  await writeFile(join(api.folder, 'ca.crt'), throwawayCertificate().cert);
  await expect(get()).rejects.toThrow(/^no response from the API server: .*(self-signed|unable to verify)/);
  expect(api.received).toEqual([]);
});

test.each([
  ['a page of a proxy', '<html>welcome</html>'],
  ['half an object', '{"kind":'],
  ['an empty body', ''],
])('a response that is not JSON (%s) can be retried', async (_, body) => {
  api.answers(200, body);
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiServerUnavailable);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^the response at the address of the API server is not JSON: ./),
  });
});

test.each([['token'], ['ca.crt']])('a missing %s is an operator error', async (name) => {
  await rm(join(api.folder, name));
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OperatorError);
  expect(error).toMatchObject({
    message: expect.stringMatching(new RegExp(`/${name.replace('.', '\\.')} cannot be read: .*ENOENT`)),
    hint: 'mount the volume that contains this file',
    exitCode: 78,
  });
  expect(api.received).toEqual([]);
});

describe('a deletion', () => {
  const remove = () => deleteObject(PATH, 'delete on nodes', 'uid-7');

  test('names the uid of the object, and is one request', async () => {
    await remove();
    await get();
    expect(api.received).toMatchObject([
      {
        method: 'DELETE',
        path: PATH,
        body: '{"preconditions":{"uid":"uid-7"},"propagationPolicy":"Background"}',
        headers: { 'content-type': 'application/json' },
      },
      { method: 'GET', body: '' },
    ]);
  });

  test('of an object that is gone already is done', async () => {
    api.answers(404, {});
    await expect(remove()).resolves.toBeUndefined();
  });

  test('of another object of the same name is a conflict', async () => {
    api.answers(409, { message: 'the UID in the precondition does not match' });
    await expect(remove()).rejects.toThrow(ConflictError);
  });

  test('without the right names it', async () => {
    api.answers(403, { message: 'forbidden' });
    await expect(remove()).rejects.toMatchObject({ hint: expect.stringContaining('delete on nodes') });
  });
});

test.each([
  ['items', { items: [{ kind: 'Node' }] }, [{ kind: 'Node' }]],
  ['no items', { items: null }, []],
])('reads a list: %s', async (_, answer, items) => {
  api.answers(200, answer);
  expect(await listObjects('/api/v1/nodes', 'list on nodes')).toEqual(items);
});
