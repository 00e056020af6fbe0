/* Events with a real server, over TLS. */
import { recordEvent } from '../../../agent/kubernetes/events';
import { ApiServer } from './api-server';

const POD = { kind: 'Pod', name: 'events-streams-1001', uid: '7f0c' };

let api: ApiServer;
let now: number;
let lines: string[];

beforeEach(async () => {
  api = await ApiServer.start();
  // Each test runs hours after the one before, so no Event counts as a repetition.
  now = (now ?? 0) + 10 * 3_600_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});

afterEach(() => api.dispose());

const record = (message = 'the key does not match') =>
  recordEvent('prod', POD, 'Warning', 'CertificateInvalid', message);

test('records object, type, reason and message', async () => {
  await record();
  expect(api.received).toMatchObject([{ method: 'POST', path: '/api/v1/namespaces/prod/events' }]);
  expect(JSON.parse(api.received[0].body)).toMatchObject({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: 'events-streams-1001.', namespace: 'prod' },
    involvedObject: { apiVersion: 'v1', namespace: 'prod', ...POD },
    type: 'Warning',
    reason: 'CertificateInvalid',
    message: 'the key does not match',
    count: 1,
    firstTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    source: { component: 'cdk8s-kafka-agent' },
  });
});

test('records the API version of the object', async () => {
  const object = { kind: 'StatefulSet', name: 'events-streams', apiVersion: 'apps/v1' };
  await recordEvent('prod', object, 'Normal', 'Restarting', 'for new certificates');
  expect(JSON.parse(api.received[0].body).involvedObject).toEqual({ namespace: 'prod', ...object });
});

test('does not repeat an Event within ten minutes', async () => {
  await record();
  now += 599_000;
  await record();
  expect(api.received).toHaveLength(1);
});

test('repeats an Event after ten minutes', async () => {
  await record();
  now += 600_000;
  await record();
  expect(api.received).toHaveLength(2);
});

test('another message is not a repetition', async () => {
  await record('the key does not match');
  await record('the certificate has expired');
  expect(api.received).toHaveLength(2);
});

test('truncates a message that the API server would reject', async () => {
  await record('x'.repeat(2000));
  const { message } = JSON.parse(api.received[0].body) as { message: string };
  expect(message).toBe(`${'x'.repeat(1023)}…`);
});

test.each([
  ['403', 403],
  ['503', 503],
])('logs an Event that fails with %s', async (_, status) => {
  api.answers(status, { message: 'no' });
  await expect(record()).resolves.toBeUndefined();
  expect(JSON.parse(lines[0])).toMatchObject({
    level: 'warn',
    message: 'cannot record Event: the key does not match',
    object: 'Pod events-streams-1001',
    reason: 'CertificateInvalid',
  });
});
