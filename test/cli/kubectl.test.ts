/* A kubectl that is a script. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl } from '../../cli/kubectl';
import { CommandError } from '../../cli/command-error';

const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function script(body: string): string {
  const file = join(folder, 'kubectl');
  writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}

test('answers with what it prints, and does not wait for ever for a cluster', async () => {
  const program = script('echo "$@"');
  expect(await kubectl(['get', 'pods'], never, program)).toBe('get pods --request-timeout=30s\n');
});

test.each([
  ['get', 'kubectl get failed (exit code 3)'],
  ['annotate', 'kubectl annotate failed (exit code 3); this was done: pod/a annotated'],
])('says that %s fails, and what was done by then', async (verb, message) => {
  const program = script('echo pod/a annotated; exit 3');
  await expect(kubectl(['--context=blue', verb], never, program)).rejects.toEqual(new CommandError(message));
});

test('ends with its caller', async () => {
  const program = script('exec sleep 600');
  const ending = new AbortController();
  const running = kubectl(['annotate'], ending.signal, program);
  ending.abort();
  await expect(running).rejects.toEqual(
    new CommandError('kubectl annotate was ended; look what it has done by then'),
  );
});

test('says that there is none', async () => {
  await expect(kubectl(['get'], never, join(folder, 'none'))).rejects.toEqual(
    new CommandError('there is no kubectl on the PATH that can be run; install it'),
  );
});
