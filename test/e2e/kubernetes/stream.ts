import { spawn } from 'node:child_process';

/** A kubectl process with streaming output. */
export interface Stream {
  /** Stops it. */
  readonly stop: () => void;
  /** Settles when the stream has ended. */
  readonly ended: Promise<void>;
}

/** Runs kubectl until it is stopped or its output ends. The exit code has no meaning. */
export function stream(args: readonly string[], onText: (text: string) => void): Stream {
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', onText);
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
  return { stop: () => child.kill('SIGKILL'), ended };
}
