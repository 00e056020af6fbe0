import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentBundle } from './agent-process';
import { pkiConfig } from './authority/world';
import { topicSyncConfig } from './configs';

let bundle: AgentBundle;
let folder: string;

beforeAll(() => {
  bundle = AgentBundle.build();
  folder = mkdtempSync(join(tmpdir(), 'authority-main-'));
}, 60_000);

afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true });
});

function file(content: object): string {
  const path = join(folder, 'agent.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const CONFIG = {
  role: 'authority',
  clusterName: 'events',
  namespace: 'prod',
  statusConfigMap: 'events-certificates',
  pkis: [pkiConfig()],
};

test('no arguments: exits with 64 and prints the usage', async () => {
  expect(await bundle.run('authority.mjs', [])).toEqual({
    code: 64,
    lines: [
      {
        time: expect.any(String),
        level: 'error',
        message: 'the path of agent.json is missing',
        hint: 'usage: authority.mjs <agent.json>',
      },
    ],
    stderr: '',
  });
});

test('a missing file: exits with 78', async () => {
  expect(await bundle.run('authority.mjs', ['agent.json'])).toMatchObject({
    code: 78,
    lines: [
      {
        message: "agent.json cannot be read: ENOENT: no such file or directory, open 'agent.json'",
        hint: 'mount the volume that contains this file',
      },
    ],
    stderr: '',
  });
});

test('the file of another program: exits with 64', async () => {
  expect(await bundle.run('authority.mjs', [file(topicSyncConfig())])).toMatchObject({
    code: 64,
    lines: [{ message: expect.stringContaining("role is 'topics', this command needs role authority") }],
  });
});

test('an incomplete file: exits with 78 and names the missing fields', async () => {
  expect(await bundle.run('authority.mjs', [file({ role: 'authority', namespace: 'prod' })])).toMatchObject({
    code: 78,
    lines: [{ message: expect.stringMatching(/: missing fields statusConfigMap, pkis$/) }],
  });
});

test('a pod without its ServiceAccount: exits with 78', async () => {
  const { code, lines } = await bundle.run('authority.mjs', [file(CONFIG)]);
  expect(code).toBe(78);
  expect(lines).toMatchObject([
    { message: expect.stringContaining('serviceaccount/'), hint: 'mount the volume that contains this file' },
  ]);
});
