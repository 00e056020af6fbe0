import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../setup/manifest';

/** Runs the command line tool of the package, which uses `kubectl`. */
export async function command(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(ROOT, 'dist', 'cli', 'cdk8s-kafka.js'),
    ...args,
  ]);
  return stdout;
}
