import { spawn } from 'node:child_process';
import { CommandError } from './command-error';

/** Commands that change nothing. This program uses `exec` for requests to agents only. */
const READS = ['get', 'logs', 'exec'];

/**
 * Runs `kubectl` and returns its standard output. Its error output and prompts, such as a login, go to the terminal.
 *
 * @param signal aborts the command
 * @param options.input text for its standard input; absent for that of this process
 * @param options.program name or path of the program
 * @throws CommandError if the program is missing or fails
 */
export async function kubectl(
  args: readonly string[],
  signal: AbortSignal,
  { input, program = 'kubectl' }: { readonly input?: string; readonly program?: string } = {},
): Promise<string> {
  const verb = args.find((arg) => !arg.startsWith('-'));
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(program, [...args, '--request-timeout=30s'], {
      stdio: [input === undefined ? 'inherit' : 'pipe', 'pipe', 'inherit'],
      signal,
    });
    // A command that fails does not read its input.
    child.stdin?.on('error', () => undefined).end(input);
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (signal.aborted) {
        reject(interruption(verb));
      } else if (code === 'ENOENT' || code === 'EACCES') {
        reject(
          new CommandError('kubectl is not found in PATH or is not executable; install it', 'unavailable'),
        );
      } else {
        reject(new CommandError(`cannot run kubectl (${code}); check that it works`, 'unavailable'));
      }
    });
    child.once('close', (code, signalName) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      // A terminal sends Ctrl-C to kubectl too, which can end before this process receives it.
      if (signal.aborted || signalName === 'SIGINT') {
        reject(interruption(verb));
        return;
      }
      // kubectl continues with the next object after an error.
      const changed =
        verb === 'annotate' && output.trim() !== '' ? `; changed objects: ${output.trim()}` : '';
      reject(
        new CommandError(
          `kubectl ${verb} failed (${signalName ?? `exit code ${code}`})${changed}`,
          'unavailable',
        ),
      );
    });
  });
}

function interruption(verb = ''): CommandError {
  const advice = READS.includes(verb) ? '' : '; check which objects it has changed';
  return new CommandError(`kubectl ${verb} was interrupted${advice}`, 'interrupted');
}
