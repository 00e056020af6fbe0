import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_PORT, PRE_STOP_PORT } from '../../lib/seam/agent-config';
import { AgentBundle, AgentProcess } from './agent-process';
import { brokerConfig, controllerConfig, topicSyncConfig } from './configs';

const PROGRAMS = [['init.mjs'], ['agent.mjs']];
const AGENT = 'agent.mjs';

let bundle: AgentBundle;
let folder: string;

beforeAll(() => {
  bundle = AgentBundle.build();
  folder = mkdtempSync(join(tmpdir(), 'agent-main-'));
});

afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true });
});

/** Writes an agent.json. */
function file(content: object | string): string {
  const path = join(folder, 'agent.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test.each(PROGRAMS)('%s without arguments exits with 64 and prints the usage', async (program) => {
  const message = 'the path of agent.json is missing';
  expect(await bundle.run(program, [])).toEqual({
    code: 64,
    lines: [{ time: expect.any(String), level: 'error', message, hint: `usage: ${program} <agent.json>` }],
    stderr: '',
  });
});

test.each(PROGRAMS)('%s with the file of another program exits with 64', async (program) => {
  const path = file(topicSyncConfig());
  const message = "role is 'topics', this command needs role broker or controller or zookeeper";
  expect(await bundle.run(program, [path])).toMatchObject({
    code: 64,
    lines: [
      {
        level: 'error',
        message: `${path}: ${message}`,
        hint: 'run the command that the pod template contains',
      },
    ],
  });
});

test.each(PROGRAMS)('%s without its file exits with 78', async (program) => {
  expect(await bundle.run(program, ['agent.json'])).toMatchObject({
    code: 78,
    lines: [
      {
        message: "agent.json cannot be read: ENOENT: no such file or directory, open 'agent.json'",
        hint: 'mount the volume that contains this file',
      },
    ],
  });
});

test('a file that is not JSON: exits with 78', async () => {
  const path = file('role: broker');
  expect(await bundle.run(AGENT, [path])).toMatchObject({
    code: 78,
    lines: [
      { message: expect.stringContaining(`${path} is not JSON: `), hint: 'apply the synthesized YAML again' },
    ],
  });
});

test.each([
  ['null', 'role'],
  [
    '{"role":"broker"}',
    'statefulSet, disks, ledgerConfigMap, certificates, stop, maxForceSeconds, zoneLabel, brokerIds, internalListener, advertisedListeners, metadataMode',
  ],
])('a file with %s: exits with 78 and names the missing fields', async (content, missing) => {
  const path = file(content);
  expect(await bundle.run(AGENT, [path], { POD_NAME: 'events-streams-1001' })).toMatchObject({
    code: 78,
    lines: [
      {
        level: 'error',
        message: `${path}: missing fields ${missing}`,
        hint: 'apply the synthesized YAML again',
      },
    ],
    stderr: '',
  });
});

test.each(PROGRAMS)('%s without the name of its pod exits with 78', async (program) => {
  expect(await bundle.run(program, [file(brokerConfig())])).toMatchObject({
    code: 78,
    lines: [
      { message: 'environment variable POD_NAME is missing', hint: 'apply the synthesized YAML again' },
    ],
  });
});

test('init.mjs without the namespace of its pod exits with 78', async () => {
  expect(
    await bundle.run('init.mjs', [file(brokerConfig())], { POD_NAME: 'events-streams-1001' }),
  ).toMatchObject({
    code: 78,
    lines: [
      {
        message: expect.stringContaining('/serviceaccount/namespace cannot be read'),
        hint: 'mount the volume that contains this file',
      },
    ],
  });
});

describe('agent.mjs', () => {
  const NOWHERE = { name: 'INTERNAL', port: 0 };
  let agent: AgentProcess | undefined;

  beforeAll(async () => {
    NOWHERE.port = await freePort();
  });
  beforeEach(async () => {
    await assertFree(AGENT_PORT);
    await assertFree(PRE_STOP_PORT);
  });
  afterEach(async () => {
    await agent?.stop('SIGKILL').catch(() => undefined);
    agent = undefined;
  });

  function serve(config: object, podName: string): AgentProcess {
    agent = bundle.start(AGENT, [file(config)], { POD_NAME: podName, POD_UID: '7d1c' });
    return agent;
  }

  const broker = () => serve(brokerConfig({ internalListener: NOWHERE }), 'events-streams-1002');
  const controller = () => serve(controllerConfig({ listener: NOWHERE }), 'events-controller-3001');

  test('logs its server and its port', async () => {
    expect(await broker().line('agent started')).toMatchObject({
      level: 'info',
      cluster: 'events',
      id: '1002',
      role: 'broker',
      port: AGENT_PORT,
    });
  });

  test.each([
    ['broker', broker],
    ['controller', controller],
  ])('logs why it is not ready while its %s does not answer', async (_, start) => {
    expect((await start().line('not ready')).reason).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:${NOWHERE.port}: .*ECONNREFUSED`),
    );
  });

  test('answers probes with the reason', async () => {
    const { reason } = await broker().line('not ready');
    const response = await fetch(`http://127.0.0.1:${AGENT_PORT}/readyz`);
    expect([response.status, await response.text()]).toEqual([503, `${reason}\n`]);
  });

  test('serves metrics', async () => {
    await broker().line('not ready');
    const response = await fetch(`http://127.0.0.1:${AGENT_PORT}/metrics`);
    const page = await response.text();
    expect(page).toContain('cdk8s_kafka_ready{cluster="events",id="1002",role="broker"} 0\n');
    expect(page).toContain(
      'cdk8s_kafka_agent_problem{kind="ledger-not-written",cluster="events",id="1002",role="broker"} 0\n',
    );
  });

  test('exits with 78 if its port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(AGENT_PORT, resolve));
    try {
      expect(await broker().ended).toMatchObject({
        code: 78,
        lines: [
          {
            level: 'error',
            message: `cannot listen on port ${AGENT_PORT}: listen EADDRINUSE: address already in use :::${AGENT_PORT}`,
            hint: 'stop the other process in the pod that uses this port',
          },
        ],
      });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test.each<[NodeJS.Signals]>([['SIGTERM'], ['SIGINT']])('exits with 0 on %s', async (signal) => {
    const running = broker();
    await running.line('not ready');
    const { code, lines, stderr } = await running.stop(signal);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'agent stopped' });
  });

  test('exits although a client keeps a connection open', async () => {
    const running = broker();
    await running.line('not ready');
    await fetch(`http://127.0.0.1:${AGENT_PORT}/livez`);
    expect((await running.stop()).code).toBe(0);
  });
});

/** Finds a port on which no process listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The port of the agent is fixed, so no other process may use it during these tests. */
async function assertFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new Error(`port ${port} of this machine is in use; these tests need it`)),
    );
    server.listen(port, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
