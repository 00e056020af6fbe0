import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_PORT, PRE_STOP_PORT } from '../../lib/seam/agent-config';
import { AgentBundle, AgentProcess } from './agent-process';
import { brokerConfig, controllerConfig, topicSyncConfig } from './configs';

const USAGE = 'usage: agent init|serve|topics <agent.json>';

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

test.each([
  ['no arguments', [], 'a command and a file are needed'],
  ['no file', ['serve'], 'a command and a file are needed'],
  ['a command that is not known', ['sirve', 'agent.json'], "command 'sirve' is not known"],
])('%s ends with 64 and one line that says how to call it', async (_, args, message) => {
  expect(await bundle.run(args)).toEqual({
    code: 64,
    lines: [{ time: expect.any(String), level: 'error', message, mend: USAGE }],
    stderr: '',
  });
});

test.each([
  ['init', topicSyncConfig(), "role is 'topics', this command is for broker, controller, zookeeper"],
  ['serve', topicSyncConfig(), "role is 'topics', this command is for broker, controller, zookeeper"],
  ['topics', brokerConfig(), "role is 'broker', this command is for topics"],
])('%s with the file of another command ends with 64', async (command, config, message) => {
  const path = file(config);
  expect(await bundle.run([command, path])).toMatchObject({
    code: 64,
    lines: [
      { level: 'error', message: `${path}: ${message}`, mend: 'run the command that the pod was made for' },
    ],
  });
});

test.each([['init'], ['serve'], ['topics']])('%s without its file ends with 78', async (command) => {
  expect(await bundle.run([command, 'agent.json'])).toMatchObject({
    code: 78,
    lines: [
      {
        message: "agent.json cannot be read: ENOENT: no such file or directory, open 'agent.json'",
        mend: 'mount the volume that holds it',
      },
    ],
  });
});

test('a file that is not JSON ends with 78', async () => {
  const path = file('role: broker');
  expect(await bundle.run(['serve', path])).toMatchObject({
    code: 78,
    lines: [
      { message: expect.stringContaining(`${path} is not JSON: `), mend: 'apply the synthesized YAML again' },
    ],
  });
});

test.each([
  ['null', 'role'],
  [
    '{"role":"broker"}',
    'statefulSet, brokerIds, internal, advertised, disks, ledger, metadataMode, certificates, stop, forceReadyLimitSeconds',
  ],
])('a file with %s ends with 78 and says what is missing', async (content, missing) => {
  const path = file(content);
  expect(await bundle.run(['serve', path], { POD_NAME: 'events-streams-1001' })).toMatchObject({
    code: 78,
    lines: [
      { level: 'error', message: `${path} has no ${missing}`, mend: 'apply the synthesized YAML again' },
    ],
    stderr: '',
  });
});

test.each([['init'], ['serve']])('%s without the name of its pod ends with 78', async (command) => {
  expect(await bundle.run([command, file(brokerConfig())])).toMatchObject({
    code: 78,
    lines: [
      { message: 'environment variable POD_NAME is missing', mend: 'apply the synthesized YAML again' },
    ],
  });
});

test('init in the pod of another StatefulSet ends with 78', async () => {
  expect(await bundle.run(['init', file(brokerConfig())], { POD_NAME: 'events-archive-1001' })).toMatchObject(
    {
      code: 78,
      lines: [
        {
          message:
            "pod 'events-archive-1001' is no server of StatefulSet 'events-streams' with ids 1001-1003",
        },
      ],
    },
  );
});

describe('serve', () => {
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
    agent = bundle.start(['serve', file(config)], { POD_NAME: podName, POD_UID: '7d1c' });
    return agent;
  }

  const broker = () => serve(brokerConfig({ internalListener: NOWHERE }), 'events-streams-1002');
  const controller = () => serve(controllerConfig({ listener: NOWHERE }), 'events-controller-3001');

  test('says whom it serves, and where', async () => {
    expect(await broker().line('serving')).toMatchObject({
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
  ])('says why it is not ready while its %s does not answer', async (_, start) => {
    expect((await start().line('not ready')).reason).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:${NOWHERE.port}: .*ECONNREFUSED`),
    );
  });

  test('answers probes with the reason', async () => {
    const { reason } = await broker().line('not ready');
    const response = await fetch(`http://127.0.0.1:${AGENT_PORT}/readyz`);
    expect([response.status, await response.text()]).toEqual([503, `${reason}\n`]);
  });

  test('answers Prometheus', async () => {
    await broker().line('not ready');
    const response = await fetch(`http://127.0.0.1:${AGENT_PORT}/metrics`);
    expect(await response.text()).toContain(
      'cdk8s_kafka_ready{cluster="events",id="1002",role="broker"} 0\n',
    );
  });

  test('ends with 78 when its port is taken', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(AGENT_PORT, resolve));
    try {
      expect(await broker().ended).toMatchObject({
        code: 78,
        lines: [
          {
            level: 'error',
            message: `port ${AGENT_PORT} cannot be served: listen EADDRINUSE: address already in use :::${AGENT_PORT}`,
            mend: 'nothing else in the pod may use it',
          },
        ],
      });
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });

  test.each<[NodeJS.Signals]>([['SIGTERM'], ['SIGINT']])('ends with 0 on %s', async (signal) => {
    const running = broker();
    await running.line('not ready');
    const { code, lines, stderr } = await running.stop(signal);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'stopped' });
  });

  test('ends although somebody keeps a connection to it open', async () => {
    const running = broker();
    await running.line('not ready');
    await fetch(`http://127.0.0.1:${AGENT_PORT}/livez`);
    expect((await running.stop()).code).toBe(0);
  });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The port of the agent is fixed, so these tests need it for themselves. */
async function assertFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new Error(`port ${port} of this machine is taken; the agent needs it`)),
    );
    server.listen(port, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
