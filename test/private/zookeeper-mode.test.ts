/*
 * The start script as bash runs it, with a Kafka that does what a test wants.
 */
import { ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWithinOldSession } from '../../lib/private/pod/zookeeper-mode';

let folder: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-kafka-'));
});

afterEach(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** What a run of the script came to. */
interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
  readonly starts: number;
}

/**
 * Runs the script.
 *
 * @param kafka what Kafka does, as bash; `$n` is the number of the start
 * @param seconds how long a failure is put down to an old session
 * @param meanwhile what happens while it runs
 */
async function run(
  kafka: string,
  seconds: number,
  meanwhile: (script: ChildProcess) => Promise<void> = async () => {},
): Promise<Outcome> {
  const stub = join(folder, 'kafka-server-start.sh');
  const starts = join(folder, 'starts');
  writeFileSync(stub, `#!/bin/bash\necho "$1" >> ${starts}\nn=$(wc -l < ${starts})\n${kafka}\n`, {
    mode: 0o755,
  });
  const [shell, ...args] = startWithinOldSession(0);
  args[1] = args[1].replace('/opt/kafka/bin/kafka-server-start.sh', stub).replace('sleep 2', 'sleep 0.05');
  args[3] = String(seconds);

  running = spawn(shell, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  running.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => running!.on('close', resolve));
  await meanwhile(running);
  const code = await ended;
  return { code, stderr, starts: readFileSync(starts, 'utf8').trim().split('\n').length };
}

async function appears(file: string): Promise<void> {
  while (!existsSync(join(folder, file))) {
    await sleep(5);
  }
}

test.each([
  [0, 12],
  [1, 13],
  [6500, 19],
  [18000, 30],
])('a session of %i ms may live on for %i s', (milliseconds, seconds) => {
  expect(startWithinOldSession(milliseconds).slice(-2)).toEqual([
    String(seconds),
    '/run/cdk8s-kafka/server.properties',
  ]);
});

test('Kafka gets the path of its configuration', async () => {
  await run('sleep 0.1', 60);

  expect(readFileSync(join(folder, 'starts'), 'utf8')).toBe('/run/cdk8s-kafka/server.properties\n');
});

test('a clean exit is the end', async () => {
  expect(await run('sleep 0.1; exit 0', 60)).toEqual({ code: 0, stderr: '', starts: 1 });
});

test('a failure while the old session may live is tried again', async () => {
  const { code, stderr, starts } = await run('sleep 0.1; [ "$n" -ge 3 ] || exit 7', 60);

  expect({ code, starts }).toEqual({ code: 0, starts: 3 });
  expect(stderr.trim().split('\n')).toEqual(
    Array(2).fill(
      expect.stringMatching(
        /^Kafka exited with code 7 after \d+ s, which is what it does while its old ZooKeeper session lives; starting it again$/,
      ),
    ),
  );
});

test('a failure after that counts', async () => {
  expect(await run('sleep 0.1; exit 7', 0)).toEqual({ code: 7, stderr: '', starts: 1 });
});

test('a stop reaches Kafka, and the script waits for it', async () => {
  // GIVEN
  const kafka = `trap 'echo stopping > ${'$(dirname "$0")'}/stopping; sleep 0.2; touch ${'$(dirname "$0")'}/stopped; exit 0' TERM
touch ${'$(dirname "$0")'}/up
while :; do sleep 0.02; done`;

  // WHEN
  const outcome = await run(kafka, 60, async (script) => {
    await appears('up');
    script.kill('SIGTERM');
  });

  // THEN
  expect(outcome).toEqual({ code: 0, stderr: '', starts: 1 });
  expect(existsSync(join(folder, 'stopped'))).toBe(true);
});

test('a stop that Kafka answers with 143 is not tried again', async () => {
  const outcome = await run('touch "$(dirname "$0")/up"; exec sleep 60', 60, async (script) => {
    await appears('up');
    script.kill('SIGTERM');
  });

  expect(outcome).toEqual({ code: 143, stderr: '', starts: 1 });
});
