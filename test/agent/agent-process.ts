/*
 * The agent as a container runs it: the bundle, in a folder where nothing else is. The bundle is made anew from the
 * sources by the script that makes the published one, since dist/ may be old, and beside dist/, since others read it.
 */
import { ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly lines: readonly LogLine[];
  /** What was written elsewhere than into the log. */
  readonly stderr: string;
}

/** A bundle of the agent and an empty folder to run it in. */
export class AgentBundle {
  private constructor(
    private readonly folder: string,
    private readonly program: string,
  ) {}

  /** Builds it. */
  static build(program = 'agent.js'): AgentBundle {
    const folder = mkdtempSync(join(tmpdir(), 'agent-bundle-'));
    symlinkSync(join(ROOT, 'agent'), join(folder, 'agent'));
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-agent.mjs')], { cwd: folder });
    mkdirSync(join(folder, 'empty'));
    return new AgentBundle(folder, program);
  }

  /** Removes it. */
  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Starts it, with nothing in its environment but what is given. */
  start(args: readonly string[], environment: Record<string, string> = {}): AgentProcess {
    return new AgentProcess(
      spawn(process.execPath, [join(this.folder, 'dist/agent', this.program), ...args], {
        cwd: join(this.folder, 'empty'),
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Runs it until it ends by itself. */
  run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, environment).ended;
  }
}

/** An agent that runs. */
export class AgentProcess {
  /** Settles when it has ended; fails when that takes too long, or when a line is no JSON. */
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
          throw new Error(`the agent did not end within ${DEADLINE_MS} ms; it said: ${this.stdout}`);
        }
        return { code, lines: this.lines(), stderr: this.stderr };
      });
    // A test that fails earlier does not look at it.
    this.ended.catch(() => undefined);
  }

  /** Waits for a line of the log. */
  async line(message: string): Promise<LogLine> {
    const said = new Promise<LogLine>((resolve) => {
      const look = () => {
        const line = this.lines().find((one) => one.message === message);
        if (line) {
          this.watchers.delete(look);
          resolve(line);
        }
      };
      this.watchers.add(look);
      look();
    });
    const silent = this.ended.then(() => {
      throw new Error(`the agent never said '${message}'; it said: ${this.stdout}`);
    });
    return Promise.race([said, silent]);
  }

  /** Tells it to end. */
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
