/* The client against a real server, over TLS. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../../agent/runtime/errors';
import {
  ApiServerUnavailable,
  ConflictError,
  createObject,
  getObject,
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

test('shows the token of the ServiceAccount', async () => {
  await get();
  expect(api.received[0].headers.authorization).toBe('Bearer secret-token');
});

test('shows the new token after the old one was replaced', async () => {
  await get();
  await writeFile(join(api.folder, 'token'), 'next-token');
  await get();
  expect(api.received[1].headers.authorization).toBe('Bearer next-token');
});

test('merges a change into an object', async () => {
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

test('merges strategically where that is asked for', async () => {
  await patchObject(PATH, 'patch on nodes', { spec: {} }, 'strategic-merge-patch');
  expect(api.received[0].headers['content-type']).toBe('application/strategic-merge-patch+json');
});

test.each([
  ['makes', 'POST', 201, createObject],
  ['replaces', 'PUT', 200, replaceObject],
])('%s an object and gives back what became of it', async (_, method, status, write) => {
  api.answers(status, { metadata: { resourceVersion: '8' } });
  await expect(write(PATH, 'all on nodes', { kind: 'Node' })).resolves.toEqual({
    metadata: { resourceVersion: '8' },
  });
  expect(api.received).toMatchObject([
    { method, path: PATH, body: '{"kind":"Node"}', headers: { 'content-type': 'application/json' } },
  ]);
});

test.each([
  ['make', createObject],
  ['replace', replaceObject],
])('somebody else was faster to %s an object', async (_, write) => {
  api.answers(409, { message: 'the object has been modified' });
  const error = await write(PATH, 'all on nodes', {}).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ConflictError);
  expect(error).toMatchObject({
    message: `${PATH} was changed by somebody else: the object has been modified`,
  });
});

test('an object that is gone cannot be replaced', async () => {
  api.answers(404, { message: 'not found' });
  await expect(replaceObject(PATH, 'all on nodes', {})).rejects.toThrow(
    new ConflictError(`${PATH} was removed meanwhile`),
  );
});

test('an object that does not exist is no error', async () => {
  api.answers(404, { kind: 'Status', message: 'nodes "node-7" not found' });
  await expect(get()).resolves.toBeUndefined();
});

test('a change of an object that does not exist is one', async () => {
  api.answers(404, { message: 'nodes "node-7" not found' });
  await expect(patchObject(PATH, 'patch on nodes', {})).rejects.toMatchObject({
    message: `the API server answers 404 to ${PATH}: nodes "node-7" not found`,
    mend: 'apply the synthesized YAML again',
    exitCode: 69,
  });
});

test.each([[401], [403]])('a refusal (%i) names the right that is missing', async (status) => {
  api.answers(status, { message: 'nodes "node-7" is forbidden' });
  const refusal = await get().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(OperatorError);
  expect(refusal).toMatchObject({
    message: `the API server refuses ${PATH} (${status}): nodes "node-7" is forbidden`,
    mend: "grant the pod's ServiceAccount get on nodes; the synthesized YAML has the role, apply all of it",
    exitCode: 78,
  });
});

test.each([[429], [500], [503]])('an answer that passes (%i) is worth another try', async (status) => {
  api.answers(status, { message: 'etcd has no leader' });
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiServerUnavailable);
  expect(error).toMatchObject({ message: `the API server answers ${status}: etcd has no leader` });
});

test.each([
  ['that is not JSON', '<html>bad gateway</html>', '<html>bad gateway</html>'],
  ['without a message', '{"code":503}', '{"code":503}'],
  ['that is long', 'x'.repeat(300), 'x'.repeat(200)],
])('repeats an answer %s', async (_, body, shown) => {
  api.answers(503, body);
  await expect(get()).rejects.toThrow(new ApiServerUnavailable(`the API server answers 503: ${shown}`));
});

test('a server that is not there is worth another try', async () => {
  await api.close();
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiServerUnavailable);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^the API server does not answer: .*ECONNREFUSED/),
  });
});

test('a server with the certificate of somebody else gets no token', async () => {
  await writeFile(join(api.folder, 'ca.crt'), throwawayCertificate().cert);
  await expect(get()).rejects.toThrow(/^the API server does not answer: .*(self-signed|unable to verify)/);
  expect(api.received).toEqual([]);
});

test.each([
  ['a page of something between', '<html>welcome</html>'],
  ['half an object', '{"kind":'],
  ['nothing', ''],
])('an answer that is no JSON (%s) is worth another try', async (_, body) => {
  api.answers(200, body);
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiServerUnavailable);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^what answers for the API server is none: ./),
  });
});

test.each([['token'], ['ca.crt']])('a pod without its %s has to be mended', async (name) => {
  await rm(join(api.folder, name));
  const error = await get().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OperatorError);
  expect(error).toMatchObject({
    message: expect.stringMatching(new RegExp(`/${name.replace('.', '\\.')} cannot be read: .*ENOENT`)),
    mend: 'mount the volume that holds it',
    exitCode: 78,
  });
  expect(api.received).toEqual([]);
});
