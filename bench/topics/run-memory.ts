import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { Address } from '../../agent/kafka/connection';
import { smallKafkaClient } from '../../scripts/small-kafka-client.mjs';

/** Environment of the container, with its default memory. */
const CONTAINER = {
  NODE_OPTIONS: '--max-old-space-size=128 --max-semi-space-size=1',
  MALLOC_ARENA_MAX: '1',
};

/** Peak of the resident memory of one run without changes, in MiB. The process is bundled and started as in a pod. */
export async function runMemory({ host, port }: Address, topics: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-topics-'));
  const program = join(folder, 'one-run.mjs');
  try {
    await build({
      entryPoints: ['bench/topics/one-run.ts'],
      outfile: program,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      plugins: [smallKafkaClient],
      logLevel: 'warning',
    });
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, host, String(port), String(topics)],
      { env: { PATH: process.env.PATH, ...CONTAINER } },
    );
    return Number(stdout.trim().split('\n').at(-1));
  } finally {
    await rm(folder, { recursive: true });
  }
}
