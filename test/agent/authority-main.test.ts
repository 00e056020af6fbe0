/* The program that issues certificates, as a container runs it: the bundle, in a folder where nothing else is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentBundle } from './agent-process';
import { pkiConfig } from './authority/world';
import { topicSyncConfig } from './configs';

let bundle: AgentBundle;
let folder: string;

beforeAll(() => {
  bundle = AgentBundle.build('authority.js');
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
  status: 'events-certificates',
  pkis: [pkiConfig()],
};

test('no file ends with 64 and one line that says how to call it', async () => {
  expect(await bundle.run([])).toEqual({
    code: 64,
    lines: [
      {
        time: expect.any(String),
        level: 'error',
        message: 'a file is needed',
        mend: 'usage: authority <agent.json>',
      },
    ],
    stderr: '',
  });
});

test('a file that is not there ends with 78', async () => {
  expect(await bundle.run(['agent.json'])).toMatchObject({
    code: 78,
    lines: [
      {
        message: "agent.json cannot be read: ENOENT: no such file or directory, open 'agent.json'",
        mend: 'mount the volume that holds it',
      },
    ],
    stderr: '',
  });
});

test('the file of another program ends with 64', async () => {
  expect(await bundle.run([file(topicSyncConfig())])).toMatchObject({
    code: 64,
    lines: [{ message: expect.stringContaining("role is 'topics', this command is for authority") }],
  });
});

test('half a file ends with 78 and says what is missing', async () => {
  expect(await bundle.run([file({ role: 'authority', namespace: 'prod' })])).toMatchObject({
    code: 78,
    lines: [{ message: expect.stringMatching(/ has no status, pkis$/) }],
  });
});

test('a pod without its ServiceAccount ends with 78, all libraries loaded', async () => {
  const { code, lines } = await bundle.run([file(CONFIG)]);
  expect(code).toBe(78);
  expect(lines).toMatchObject([
    { message: 'serving', role: 'authority' },
    { message: expect.stringContaining('serviceaccount/'), mend: 'mount the volume that holds it' },
  ]);
});
