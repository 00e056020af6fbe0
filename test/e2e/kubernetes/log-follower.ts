/*
 * Follows logs of many containers at once, through one `kubectl proxy`: a kubectl for each would keep a small machine busy,
 * and one that is started when a pod is deleted may come too late.
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
  /** Lines from that moment on, in milliseconds since 1970. */
  readonly since: number;
  /** Takes a line, which begins with its time. */
  readonly onLine: (line: string) => void;
  /** True if there is something to come, when a log has ended or cannot be had. */
  readonly goesOn: () => boolean;
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
      let said = '';
      const hear = (data: Buffer) => {
        said += data.toString();
        const [, found] = READY.exec(said) ?? [];
        if (found !== undefined) {
          resolve(Number(found));
        }
      };
      proxy.stdout.on('data', hear);
      proxy.stderr.on('data', hear);
      proxy.once('error', reject);
      proxy.once('close', () => reject(new Error(`kubectl proxy has ended: ${said}`)));
    });
    return new LogFollower(namespace, proxy, port);
  }

  /** Follows a log, across restarts of its container and of the API server. */
  async follow(followed: Followed): Promise<void> {
    let last = new Date(followed.since).toISOString();
    const take = (line: string) => {
      const time = line.slice(0, line.indexOf(' '));
      // A log that is asked for again begins with the second in which it broke off.
      if (compare(time, last) > 0) {
        last = time;
        followed.onLine(line);
      }
    };
    while (!this.isOver) {
      await this.read(followed, last, take);
      if (!followed.goesOn()) {
        return;
      }
      await sleep(RETRY_MS);
    }
  }

  /** Ends it. */
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

/** The API takes whole seconds only. */
function seconds(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

/** Times have as many digits as they need, nine at most. */
function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((time) => time.replace('Z', '').padEnd(29, '0'));
  return a < b ? -1 : a > b ? 1 : 0;
}
