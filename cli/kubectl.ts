import { spawn } from 'node:child_process';
import { CommandError } from './command-error';

/**
 * Runs `kubectl`. What it has to say to people, such as how to sign in, it says to them itself.
 *
 * @param signal ends it before its time
 * @param program another one, or where it is
 * @throws Refusal when it fails, or when there is none
 */
export async function kubectl(
  args: readonly string[],
  signal: AbortSignal,
  program = 'kubectl',
): Promise<string> {
  const verb = args.find((one) => !one.startsWith('-'));
  return new Promise((resolve, reject) => {
    let answer = '';
    const child = spawn(program, [...args, '--request-timeout=30s'], {
      stdio: ['inherit', 'pipe', 'inherit'],
      signal,
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text));
    child.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (signal.aborted) {
        reject(new CommandError(`kubectl ${verb} was ended; look what it has done by then`));
      } else if (code === 'ENOENT' || code === 'EACCES') {
        reject(new CommandError('there is no kubectl on the PATH that can be run; install it'));
      } else {
        reject(new CommandError(`kubectl cannot be run (${code}); try it by hand`));
      }
    });
    child.once('close', (code, ended) => {
      if (code === 0) {
        resolve(answer);
        return;
      }
      // It goes on with other objects after an error.
      const done = verb === 'annotate' && answer.trim() !== '' ? `; this was done: ${answer.trim()}` : '';
      reject(new CommandError(`kubectl ${verb} failed (${ended ?? `exit code ${code}`})${done}`));
    });
  });
}
