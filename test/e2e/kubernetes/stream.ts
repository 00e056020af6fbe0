import { spawn } from 'node:child_process';

/** A kubectl that goes on printing. */
export interface Stream {
  /** Ends it. */
  readonly stop: () => void;
  /** Settles when the stream has ended. */
  readonly ended: Promise<void>;
}

/** Runs a kubectl that prints until it is stopped, or has nothing more to print. How it ends says nothing. */
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
