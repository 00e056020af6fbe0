/* The endpoints over a real socket, as the kubelet and Prometheus use them. */
import { Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { listen, listenForPreStop } from '../../../agent/runtime/http-server';
import { Metrics } from '../../../agent/serve/metrics';
import { ReadinessState } from '../../../agent/serve/readiness-state';

const READY = { ready: true, reason: 'in sync for all 7 partitions', outOfSync: [] };
const BEHIND = { ready: false, reason: 'not in sync for a-0, a-1', outOfSync: ['a-0', 'a-1'] };
const HOUR = 3_600_000;

let server: Server;
let state: ReadinessState;
let metrics: Metrics;

beforeEach(() => serve(performance.now()));
afterEach(stop);

async function serve(since: number): Promise<void> {
  state = new ReadinessState(since);
  metrics = new Metrics(state, { cluster: 'events', id: '1003', role: 'broker' });
  server = await listen(0, state, metrics);
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function get(path: string) {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
  };
}

test('/readyz returns 503 before the first verdict', async () => {
  expect(await get('/readyz')).toEqual({
    status: 503,
    type: 'text/plain; charset=utf-8',
    body: 'no verdict yet\n',
  });
});

test('/readyz returns 200 and the reason while the server is ready', async () => {
  state.publish(READY, performance.now());
  expect(await get('/readyz')).toMatchObject({ status: 200, body: 'in sync for all 7 partitions\n' });
});

test('/readyz returns 503 and the reason while the server is not ready', async () => {
  state.publish(BEHIND, performance.now());
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'not in sync for a-0, a-1\n' });
});

test('/readyz returns 503 if the last verdict is too old', async () => {
  state.publish(READY, performance.now() - HOUR);
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'the last verdict is 1 hour old\n' });
});

test('/readyz?verbose returns 200 and the whole verdict as JSON', async () => {
  state.publish(BEHIND, performance.now());
  const { status, type, body } = await get('/readyz?verbose');
  expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
  expect(JSON.parse(body)).toEqual({ ...BEHIND, secondsSinceTransition: expect.any(Number) });
});

test('/livez returns 200 while checks complete', async () => {
  state.publish(BEHIND, performance.now());
  expect(await get('/livez')).toMatchObject({ status: 200, body: 'alive\n' });
});

test('/livez returns 503 if no check has completed for a long time', async () => {
  state.publish(READY, performance.now() - HOUR);
  expect(await get('/livez')).toMatchObject({ status: 503, body: 'no check has completed recently\n' });
});

test.each([
  ['ready', READY, { ready: 1, outOfSync: 0 }],
  ['not ready', BEHIND, { ready: 0, outOfSync: 2 }],
])('/metrics shows a server that is %s', async (_, verdict, values) => {
  state.publish(verdict, performance.now());
  const labels = '{cluster="events",id="1003",role="broker"}';
  const lines = (await get('/metrics')).body.split('\n');
  expect(lines).toContain(`cdk8s_kafka_ready${labels} ${values.ready}`);
  expect(lines).toContain(`cdk8s_kafka_out_of_sync_partitions${labels} ${values.outOfSync}`);
});

test('/metrics shows the time since the last transition', async () => {
  await stop();
  await serve(performance.now() - HOUR);
  state.publish(READY, performance.now() - HOUR / 2);
  const [, seconds] = /^cdk8s_kafka_readiness_age_seconds\{.*\} (\S+)$/m.exec((await get('/metrics')).body)!;
  expect(Math.floor(Number(seconds) / 60)).toBe(30);
});

test('/metrics shows the actual ISR state while readiness is forced', async () => {
  await stop();
  await serve(performance.now() - HOUR);
  state.publish({ ...BEHIND, ready: true, isForced: true }, performance.now());
  const { body } = await get('/metrics');
  const valueOf = (name: string) =>
    Number(new RegExp(`^cdk8s_kafka_${name}\\{.*\\} (\\S+)$`, 'm').exec(body)![1]);
  expect(valueOf('ready')).toBe(1);
  expect(valueOf('out_of_sync_partitions')).toBe(2);
  expect(Math.floor(valueOf('out_of_sync_seconds') / 60)).toBe(60);
});

test('/metrics includes process metrics of the agent, in the format of Prometheus', async () => {
  const { type, body } = await get('/metrics');
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(body).toContain('cdk8s_kafka_agent_process_resident_memory_bytes');
});

test.each([['/'], ['/healthz'], ['/readyz/'], ['/readyzz'], ['//'], ['//readyz'], ['/%']])(
  '%s returns 404 and lists the endpoints',
  async (path) => {
    expect(await get(path)).toMatchObject({
      status: 404,
      body: 'not found; this port serves /readyz, /livez and /metrics\n',
    });
  },
);

test('fails to listen on a port that is in use', async () => {
  const { port } = server.address() as AddressInfo;
  await expect(listen(port, state, metrics)).rejects.toMatchObject({
    message: expect.stringMatching(
      new RegExp(`^cannot listen on port ${port}: .*listen EADDRINUSE: address already in use`),
    ),
    hint: 'stop the other process in the pod that uses this port',
    exitCode: 78,
  });
});

describe('the preStop endpoint', () => {
  let calls: number;
  let preStopServer: Server;

  beforeEach(async () => {
    calls = 0;
    preStopServer = await listenForPreStop(0, async () => {
      calls++;
      return 'enough are in sync';
    });
  });
  afterEach(() => new Promise((resolve) => preStopServer.close(resolve).closeAllConnections()));

  const ask = (path: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${(preStopServer.address() as AddressInfo).port}${path}`, { method });

  test('/pre-stop responds once the server may stop', async () => {
    const response = await ask('/pre-stop');
    expect([response.status, await response.text(), calls]).toEqual([200, 'enough are in sync\n', 1]);
  });

  test.each([
    ['/', 'GET'],
    ['/metrics', 'GET'],
    ['/pre-stop', 'HEAD'],
    ['/pre-stop', 'POST'],
  ])('%s with method %s does not start a stop', async (path, method) => {
    expect((await ask(path, method)).status).toBe(404);
    expect(calls).toBe(0);
  });

  test('the metrics port does not serve /pre-stop', async () => {
    expect((await get('/pre-stop')).status).toBe(404);
  });
});
