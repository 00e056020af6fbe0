/*
 * Programs of the pods as containers run them: bundled, in a folder with nothing else. They are built from the sources,
 * because dist/ can be old, and outside of dist/, because other tests read it.
 */
import { ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';

const ROOT = resolve(__dirname, '../..');
const DEADLINE_MS = 10_000;

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Result of a process. */
export interface Ended {
  readonly code: number | null;
  readonly lines: readonly LogLine[];
  readonly stderr: string;
}

/** The bundled programs and an empty folder to run them in. */
export class AgentBundle {
  private constructor(private readonly folder: string) {}

  /** Builds all programs. */
  static build(): AgentBundle {
    const folder = mkdtempSync(join(tmpdir(), 'agent-bundle-'));
    symlinkSync(join(ROOT, 'agent'), join(folder, 'agent'));
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-agent.mjs')], { cwd: folder });
    mkdirSync(join(folder, 'empty'));
    return new AgentBundle(folder);
  }

  /** Removes the programs. */
  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Text of each program, by file name. */
  get programs(): Record<string, string> {
    const names = readdirSync(join(this.folder, 'dist/agent')).filter((name) => name.endsWith('.mjs'));
    return Object.fromEntries(names.map((name) => [name, readFileSync(this.path(name), 'utf8')]));
  }

  /** Starts a program with only the given environment variables. */
  start(program: string, args: readonly string[], environment: Record<string, string> = {}): AgentProcess {
    return new AgentProcess(
      spawn(process.execPath, [this.path(program), ...args], {
        cwd: join(this.folder, 'empty'),
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Runs a program until it ends by itself. */
  run(program: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
    return this.start(program, args, environment).ended;
  }

  private path(program: string): string {
    return join(this.folder, 'dist/agent', program);
  }
}

/** A running program. */
export class AgentProcess {
  /** Resolves when the process ends. Rejects after a deadline or if a line of the log is not JSON. */
  readonly ended: Promise<Ended>;
  private stdout = '';
  private stderr = '';
  private readonly watchers = new Set<() => void>();

  constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.watchers.forEach((watch) => watch());
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    const closed = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    this.ended = closed
      .finally(() => clearTimeout(timer))
      .then((code) => {
        if (child.signalCode === 'SIGKILL') {
          throw new Error(`the program did not end within ${DEADLINE_MS} ms; its log: ${this.stdout}`);
        }
        return { code, lines: this.lines(), stderr: this.stderr };
      });
    // A test that fails earlier does not await it.
    this.ended.catch(() => undefined);
  }

  /** Waits for a line of the log. */
  async line(message: string): Promise<LogLine> {
    const found = new Promise<LogLine>((resolve) => {
      const find = () => {
        const line = this.lines().find((one) => one.message === message);
        if (line) {
          this.watchers.delete(find);
          resolve(line);
        }
      };
      this.watchers.add(find);
      find();
    });
    const missing = this.ended.then(() => {
      throw new Error(`the program ended without the line '${message}'; its log: ${this.stdout}`);
    });
    return Promise.race([found, missing]);
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  private lines(): LogLine[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  }
}
