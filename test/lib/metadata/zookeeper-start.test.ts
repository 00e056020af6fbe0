/*
 * The start script as bash runs it, with a Kafka that does what a test wants.
 */
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAfterOldSession } from '../../../lib/metadata/zookeeper-start';

let folder: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-kafka-'));
});

afterEach(() => {
  if (running?.pid !== undefined) {
    killGroup(running.pid);
  }
  running = undefined;
  rmSync(folder, { recursive: true });
});

/** Ends a script with all that it started, if some of it is left. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
}

/** What a run of the script came to. */
interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
  readonly starts: number;
}

/** How a run differs from one that nobody disturbs. */
interface Disturbance {
  /** Seconds between two tries. */
  readonly pause?: number;
  /** A place in the script, and what happens right before it, as bash; `starts` is the file with one line a start. */
  readonly before?: [place: string, happening: string];
  /** What happens while it runs. */
  readonly meanwhile?: (script: ChildProcess) => Promise<void>;
}

/**
 * Runs the script.
 *
 * @param kafka what Kafka does, as bash; `$n` is the number of the start
 * @param seconds how long a failure is put down to an old session
 */
async function run(
  kafka: string,
  seconds: number,
  { pause = 0.05, before, meanwhile }: Disturbance = {},
): Promise<Outcome> {
  const stub = join(folder, 'kafka-server-start.sh');
  const starts = join(folder, 'starts');
  writeFileSync(starts, '');
  writeFileSync(stub, `#!/bin/bash\necho "$1" >> ${starts}\nn=$(wc -l < ${starts})\n${kafka}\n`, {
    mode: 0o755,
  });
  const [shell, option, script, ...rest] = startAfterOldSession(0);
  const [name, , properties] = rest;
  let edited = replace(script, '/opt/kafka/bin/kafka-server-start.sh', stub);
  // What is left of a pause must not keep the test waiting for the end of standard error.
  edited = replace(edited, 'sleep 2', `sleep ${pause} 2>/dev/null`);
  if (before) {
    edited = replace(edited, before[0], `${before[1]}\n${before[0]}`);
  }

  running = spawn(shell, [option, `starts=${starts}\n${edited}`, name, String(seconds), properties], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let stderr = '';
  running.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => running!.on('close', resolve));
  await meanwhile?.(running);
  const code = await ended;
  return { code, stderr, starts: readFileSync(starts, 'utf8').split('\n').length - 1 };
}

function replace(script: string, old: string, by: string): string {
  expect(script.split(old)).toHaveLength(2);
  return script.replace(old, () => by);
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
  expect(startAfterOldSession(milliseconds).slice(-2)).toEqual([
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
  const outcome = await run(kafka, 60, {
    meanwhile: async (script) => {
      await appears('up');
      script.kill('SIGTERM');
    },
  });

  // THEN
  expect(outcome).toEqual({ code: 0, stderr: '', starts: 1 });
  expect(existsSync(join(folder, 'stopped'))).toBe(true);
});

test('a stop that Kafka answers with 143 is not tried again', async () => {
  const outcome = await run('touch "$(dirname "$0")/up"; exec sleep 60', 60, {
    meanwhile: async (script) => {
      await appears('up');
      script.kill('SIGTERM');
    },
  });

  expect(outcome).toEqual({ code: 143, stderr: '', starts: 1 });
});

test('a stop during the pause is the end, at once', async () => {
  // WHEN
  const outcome = await run('sleep 0.1; exit 7', 60, {
    pause: 60,
    meanwhile: async (script) => {
      await once(script.stderr!, 'data');
      // By now it has said that it will try again; then it goes on to its pause.
      await sleep(300);
      script.kill('SIGTERM');
    },
  });

  // THEN
  expect(outcome).toEqual({
    code: 7,
    stderr: expect.stringMatching(/^Kafka exited with code 7 .*; starting it again\n$/),
    starts: 1,
  });
});

test('a stop before the pause is the end, too', async () => {
  const outcome = await run('sleep 0.1; exit 7', 60, { before: ['echo "Kafka exited', 'kill -TERM $$'] });

  expect(outcome).toMatchObject({ code: 7, starts: 1 });
});

test('a stop before Kafka is started is the end', async () => {
  const outcome = await run('exit 0', 60, { before: ['while [ -z', 'kill -TERM $$'] });

  expect(outcome).toEqual({ code: 143, stderr: '', starts: 0 });
});

test.each([1, 2])(
  'a stop reaches Kafka although the script does not know start number %i yet',
  async (number) => {
    // GIVEN: the signal comes when Kafka runs, and the script has yet to learn of it
    const started =
      'until [ "$(wc -l < "$starts")" -gt "${round:-0}" ]; do sleep 0.01; done; round=$((round + 1))';
    const signal = `[ "$round" -eq ${number} ] && kill -TERM $$`;

    // WHEN
    const outcome = await run(`[ "$n" -lt ${number} ] && sleep 0.1 && exit 7\nexec sleep 60`, 60, {
      before: ['server=$!', `${started}; ${signal}`],
    });

    // THEN
    expect(outcome).toMatchObject({ code: 143, starts: number });
  },
);
