import { execFile } from 'node:child_process';
import { Refusal } from './refusal';

const MOST_BYTES = 2 ** 28;

/**
 * Runs `kubectl`.
 *
 * @throws Refusal with its own words when it fails, or when there is none
 */
export async function kubectl(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('kubectl', args, { maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
      } else if (error.code === 'ENOENT' || error.code === 'EACCES') {
        reject(new Refusal('there is no kubectl on the PATH that can be run; install it'));
      } else {
        const verb = args.find((one) => !one.startsWith('-'));
        // It goes on after an error, so some of it may have been done.
        const done = stdout.trim() === '' ? '' : `\nthis was done: ${stdout.trim()}`;
        reject(new Refusal(`kubectl ${verb} failed: ${stderr.trim() || error.message}${done}`));
      }
    });
  });
}
