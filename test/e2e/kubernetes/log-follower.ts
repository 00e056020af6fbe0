/*
 * Follows logs of many containers through one `kubectl proxy`. A kubectl process for each log would overload a small machine,
 * and could start too late for a deleted pod.
 */
import { ChildProcess, spawn } from 'node:child_process';
import { ClientRequest, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 300;
const READY = /127\.0\.0\.1:(\d+)/;

/** A container whose log is followed. */
export interface Followed {
  readonly pod: string;
  readonly container: string;
  /** Start time, in milliseconds since 1970. */
  readonly since: number;
  /** Receives a line, which starts with its time. */
  readonly onLine: (line: string) => void;
  /** Returns true if more lines can follow after the log has ended or is unavailable. */
  readonly shouldContinue: () => boolean;
}

/** Follows logs of one namespace. */
export class LogFollower {
  private readonly requests = new Set<ClientRequest>();
  private isOver = false;

  private constructor(
    private readonly namespace: string,
    private readonly proxy: ChildProcess,
    private readonly port: number,
  ) {}

  /** @throws Error when the proxy does not start */
  static async start(namespace: string): Promise<LogFollower> {
    const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const port = await new Promise<number>((resolve, reject) => {
      let output = '';
      const hear = (data: Buffer) => {
        output += data.toString();
        const [, found] = READY.exec(output) ?? [];
        if (found !== undefined) {
          resolve(Number(found));
        }
      };
      proxy.stdout.on('data', hear);
      proxy.stderr.on('data', hear);
      proxy.once('error', reject);
      proxy.once('close', () => reject(new Error(`kubectl proxy has ended: ${output}`)));
    });
    return new LogFollower(namespace, proxy, port);
  }

  /** Follows a log, across restarts of its container and of the API server. */
  async follow(followed: Followed): Promise<void> {
    let last = new Date(followed.since).toISOString();
    const take = (line: string) => {
      const time = line.slice(0, line.indexOf(' '));
      // A repeated request starts with the second of the last line.
      if (compare(time, last) > 0) {
        last = time;
        followed.onLine(line);
      }
    };
    while (!this.isOver) {
      await this.read(followed, last, take);
      if (!followed.shouldContinue()) {
        return;
      }
      await sleep(RETRY_MS);
    }
  }

  /** Stops it. */
  stop(): void {
    this.isOver = true;
    this.requests.forEach((request) => request.destroy());
    this.proxy.kill('SIGKILL');
  }

  private read({ pod, container }: Followed, since: string, take: (line: string) => void): Promise<void> {
    const query = new URLSearchParams({
      container,
      follow: 'true',
      timestamps: 'true',
      sinceTime: seconds(since),
    });
    const path = `/api/v1/namespaces/${this.namespace}/pods/${pod}/log?${query.toString()}`;
    return new Promise((resolve) => {
      const request = get({ host: '127.0.0.1', port: this.port, path }, (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          const lines = `${rest}${text}`.split('\n');
          rest = lines.pop() ?? '';
          if (response.statusCode === 200) {
            lines.forEach(take);
          }
        });
        response.on('close', resolve);
        response.on('error', () => undefined);
      });
      this.requests.add(request);
      request.on('error', () => undefined);
      request.on('close', () => {
        this.requests.delete(request);
        resolve();
      });
    });
  }
}

/** The API supports whole seconds only. */
function seconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

/** Times have up to nine decimal places. */
function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((time) => time.replace('Z', '').padEnd(29, '0'));
  return a < b ? -1 : a > b ? 1 : 0;
}
