import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentBundle } from './agent-process';
import { brokerConfig, topicSyncConfig } from './configs';

let bundle: AgentBundle;
let folder: string;

beforeAll(() => {
  bundle = AgentBundle.build();
  folder = mkdtempSync(join(tmpdir(), 'topics-main-'));
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

test('no arguments: exits with 64 and prints the usage', async () => {
  expect(await bundle.run('topics.mjs', [])).toEqual({
    code: 64,
    lines: [
      {
        time: expect.any(String),
        level: 'error',
        message: 'the path of agent.json is missing',
        hint: 'usage: topics.mjs <agent.json>',
      },
    ],
    stderr: '',
  });
});

test('a missing file: exits with 78', async () => {
  expect(await bundle.run('topics.mjs', ['agent.json'])).toMatchObject({
    code: 78,
    lines: [{ message: expect.stringContaining('agent.json cannot be read: ENOENT') }],
    stderr: '',
  });
});

test('the file of another program: exits with 64', async () => {
  expect(await bundle.run('topics.mjs', [file(brokerConfig())])).toMatchObject({
    code: 64,
    lines: [{ message: expect.stringContaining("role is 'broker', this command needs role topics") }],
  });
});

test('an incomplete file: exits with 78 and names the missing fields', async () => {
  expect(await bundle.run('topics.mjs', [file({ ...topicSyncConfig(), maps: undefined })])).toMatchObject({
    code: 78,
    lines: [{ message: expect.stringMatching(/missing fields maps$/) }],
  });
});

test('an unknown argument: exits with 64 and prints the arguments', async () => {
  expect(await bundle.run('topics.mjs', [file(topicSyncConfig()), '--expected-plan=1'])).toMatchObject({
    code: 64,
    lines: [
      {
        level: 'error',
        message:
          "arguments are '--expected-plan=1'; none, 'snapshot' or '--expected-plan=<16 hexadecimal digits>' are expected",
        hint: 'use the arguments of the synthesized YAML',
      },
    ],
    stderr: '',
  });
});
