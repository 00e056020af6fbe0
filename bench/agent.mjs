import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TICKS_PER_SECOND = 100;

/** The agent as a container runs it, `agent serve` with the given agent.json. It leaves no other trace than `folder`. */
export class Agent {
  #child;
  #said = '';
  #gone;

  constructor(config, folder) {
    const file = join(folder, 'agent.json');
    writeFileSync(file, JSON.stringify(config));
    const env = {
      PATH: process.env.PATH,
      POD_NAME: `${config.statefulSet}-${config.brokerIds.first}`,
      POD_UID: 'bench',
      NODE_OPTIONS: '--max-old-space-size=128 --max-semi-space-size=1',
      MALLOC_ARENA_MAX: '1',
    };
    this.#child = spawn(process.execPath, ['dist/agent/server.js', 'serve', file], { env });
    this.#child.stdout.on('data', (data) => (this.#said += data));
    this.#child.stderr.on('data', (data) => (this.#said += data));
    this.#gone = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the agent left with exit code ${code}:\n${this.#said.slice(-2000)}`);
    });
    this.#gone.catch(() => undefined);
  }

  /** Waits for something, unless the agent ends before. */
  during(work) {
    return Promise.race([work, this.#gone]);
  }

  /** Seconds of CPU that it has used since it started. */
  get cpuSeconds() {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** From now on the most memory is counted anew. */
  forgetPeak() {
    writeFileSync(`/proc/${this.#child.pid}/clear_refs`, '5');
  }

  /** Resident memory in MiB: now, and at most since it started or was told to forget. */
  get memory() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
    return { now: field('VmRSS'), peak: field('VmHWM') };
  }

  /** Whether it says that its server is ready; undefined before it says anything. */
  async isReady() {
    const answer = await fetch('http://127.0.0.1:8080/readyz').catch(() => undefined);
    return answer?.ok;
  }

  async stop() {
    this.#child.kill('SIGKILL');
    await this.#gone.catch(() => undefined);
  }
}
