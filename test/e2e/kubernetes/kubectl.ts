/*
 * The tests access a cluster through kubectl only, so they work with every cluster that kubectl supports.
 */
import { spawn } from 'node:child_process';

/** kubectl failed or timed out. */
export class KubectlError extends Error {
  constructor(
    readonly args: readonly string[],
    readonly exitCode: number | undefined,
    readonly output: string,
    readonly errors: string,
  ) {
    super(`kubectl ${args.slice(0, 8).join(' ')}: ${errors.trim().slice(-1000) || `exit code ${exitCode}`}`);
    this.name = 'KubectlError';
  }
}

/** Options of one call. */
export interface CallOptions {
  readonly input?: string;
  /** Timeout of the call. */
  readonly seconds?: number;
}

const SECONDS = 120;

/** Runs kubectl and returns its output. */
export async function kubectl(args: readonly string[], options: CallOptions = {}): Promise<string> {
  const seconds = options.seconds ?? SECONDS;
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', args, { stdio: 'pipe', timeout: seconds * 1000, killSignal: 'SIGKILL' });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => output.push(part));
    child.stderr.on('data', (part: Buffer) => errors.push(part));
    child.on('error', (error) => reject(new KubectlError(args, undefined, '', error.message)));
    child.on('close', (code, signal) => {
      const printed = Buffer.concat(output).toString();
      const message = Buffer.concat(errors).toString();
      if (code === 0) {
        resolve(printed);
      } else {
        const reason = signal ? `${message}\ntimed out after ${seconds} s` : message;
        reject(new KubectlError(args, code ?? undefined, printed, reason));
      }
    });
    // A process that exits early closes its input. Its exit code is reported.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Runs `kubectl get … --output=json`. */
export async function getJson<T>(args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', ...args, '--output=json'])) as T;
}

/** Reads one object; undefined if there is none. */
export async function getIfThere<T>(args: readonly string[]): Promise<T | undefined> {
  const text = await kubectl(['get', ...args, '--output=json', '--ignore-not-found']);
  return text.trim() === '' ? undefined : (JSON.parse(text) as T);
}

/** Reads a list of objects. */
export async function list<T>(args: readonly string[]): Promise<T[]> {
  return (await getJson<{ readonly items: T[] }>(args)).items;
}

/** Applies objects. */
export async function apply(...objects: readonly object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await kubectl(['apply', '--filename=-'], { input });
}
