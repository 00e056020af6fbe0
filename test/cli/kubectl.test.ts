/* kubectl is replaced by a script. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl } from '../../cli/kubectl';

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

test('returns the output of kubectl, with a request timeout', async () => {
  const program = script('echo "$@"');
  expect(await kubectl(['get', 'pods'], never, { program })).toBe('get pods --request-timeout=30s\n');
});

test.each([
  ['get', 'kubectl get failed (exit code 3)'],
  ['annotate', 'kubectl annotate failed (exit code 3); changed objects: pod/a annotated'],
])('reports a failure of %s and the changed objects', async (verb, message) => {
  const program = script('echo pod/a annotated; exit 3');
  await expect(kubectl(['--context=blue', verb], never, { program })).rejects.toMatchObject({
    message,
    kind: 'unavailable',
  });
});

test('passes text to the standard input', async () => {
  const program = script('cat');
  expect(await kubectl(['create'], never, { program, input: 'text' })).toBe('text');
});

test('reports the failure of a kubectl that does not read its input', async () => {
  const program = script('exit 1');
  await expect(kubectl(['create'], never, { program, input: 'x'.repeat(1_000_000) })).rejects.toMatchObject({
    message: 'kubectl create failed (exit code 1)',
  });
});

test('is aborted by the signal', async () => {
  const program = script('exec sleep 600');
  const ending = new AbortController();
  const running = kubectl(['annotate'], ending.signal, { program });
  ending.abort();
  await expect(running).rejects.toMatchObject({
    message: 'kubectl annotate was interrupted; check which objects it has changed',
    kind: 'interrupted',
  });
});

test.each([
  ['get', 'kubectl get was interrupted'],
  ['create', 'kubectl create was interrupted; check which objects it has changed'],
])('a kubectl %s that Ctrl-C has ended is interrupted', async (verb, message) => {
  const program = script('kill -INT $$');
  await expect(kubectl([verb], never, { program })).rejects.toMatchObject({ message, kind: 'interrupted' });
});

test('reports a missing kubectl', async () => {
  await expect(kubectl(['get'], never, { program: join(folder, 'none') })).rejects.toMatchObject({
    message: 'kubectl is not found in PATH or is not executable; install it',
    kind: 'unavailable',
  });
});
