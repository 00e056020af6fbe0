/* The start script, run by bash, with a stub in place of Kafka. */
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

/** Kills a script and all processes that it has started, if any are left. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
}

/** Result of a run of the script. */
interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
  readonly starts: number;
}

/** Disturbances of a run. */
interface Disturbance {
  /** Seconds between two attempts. */
  readonly pause?: number;
  /** Text in the script, and bash code that runs right before it; `starts` is the file with one line for each start. */
  readonly before?: [text: string, code: string];
  /** Runs beside the script. */
  readonly meanwhile?: (script: ChildProcess) => Promise<void>;
}

/**
 * Runs the script.
 *
 * @param kafka bash code of the stub; `$n` is the number of the start
 * @param seconds time in which a failure is attributed to the old session
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
  // A remaining pause must not hold standard error open.
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
])('a session of %i ms can outlive a crash by %i s', (milliseconds, seconds) => {
  expect(startAfterOldSession(milliseconds).slice(-2)).toEqual([
    String(seconds),
    '/run/cdk8s-kafka/server.properties',
  ]);
});

test('Kafka is started with the path of its configuration', async () => {
  await run('sleep 0.1', 60);

  expect(readFileSync(join(folder, 'starts'), 'utf8')).toBe('/run/cdk8s-kafka/server.properties\n');
});

test('after a clean exit, the script exits', async () => {
  expect(await run('sleep 0.1; exit 0', 60)).toEqual({ code: 0, stderr: '', starts: 1 });
});

test('after a failure during the old session, Kafka is started again', async () => {
  const { code, stderr, starts } = await run('sleep 0.1; [ "$n" -ge 3 ] || exit 7', 60);

  expect({ code, starts }).toEqual({ code: 0, starts: 3 });
  expect(stderr.trim().split('\n')).toEqual(
    Array(2).fill(
      expect.stringMatching(
        /^Kafka exited with code 7 after \d+ s, which it does until its old ZooKeeper session has expired; starting it again$/,
      ),
    ),
  );
});

test('after a later failure, the script exits with its code', async () => {
  expect(await run('sleep 0.1; exit 7', 0)).toEqual({ code: 7, stderr: '', starts: 1 });
});

test('the script passes a stop to Kafka and waits for it', async () => {
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

test('after a stop with exit code 143, Kafka is not started again', async () => {
  const outcome = await run('touch "$(dirname "$0")/up"; exec sleep 60', 60, {
    meanwhile: async (script) => {
      await appears('up');
      script.kill('SIGTERM');
    },
  });

  expect(outcome).toEqual({ code: 143, stderr: '', starts: 1 });
});

test('a stop during the pause ends the script at once', async () => {
  // WHEN
  const outcome = await run('sleep 0.1; exit 7', 60, {
    pause: 60,
    meanwhile: async (script) => {
      await once(script.stderr!, 'data');
      // The message has been written; the pause follows.
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

test('a stop before the pause ends the script', async () => {
  const outcome = await run('sleep 0.1; exit 7', 60, { before: ['echo "Kafka exited', 'kill -TERM $$'] });

  expect(outcome).toMatchObject({ code: 7, starts: 1 });
});

test('a stop before the start of Kafka ends the script', async () => {
  const outcome = await run('exit 0', 60, { before: ['while [ -z', 'kill -TERM $$'] });

  expect(outcome).toEqual({ code: 143, stderr: '', starts: 0 });
});

test.each([1, 2])(
  'the script passes a stop to Kafka before it has read the process id of start number %i',
  async (number) => {
    // GIVEN: the signal arrives when Kafka runs, and before the script has read its process id
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
