import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TICKS_PER_SECOND = 100;

/** Runs the agent as a container does: `agent.mjs` with an agent.json in `folder`. */
export class Agent {
  #child;
  #output = '';
  #exited;

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
    this.#child = spawn(process.execPath, ['dist/agent/agent.mjs', file], { env });
    this.#child.stdout.on('data', (data) => (this.#output += data));
    this.#child.stderr.on('data', (data) => (this.#output += data));
    this.#exited = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the agent exited with code ${code}:\n${this.#output.slice(-2000)}`);
    });
    this.#exited.catch(() => undefined);
  }

  /** Waits for work to finish, and fails if the agent exits first. */
  during(work) {
    return Promise.race([work, this.#exited]);
  }

  /** CPU seconds since the start. */
  get cpuSeconds() {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Resets the peak of the resident memory. */
  resetPeak() {
    writeFileSync(`/proc/${this.#child.pid}/clear_refs`, '5');
  }

  /** Resident memory in MiB: current, and peak since the start or the last reset. */
  get memory() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
    return { now: field('VmRSS'), peak: field('VmHWM') };
  }

  /** True if /readyz returns 200; undefined before the agent listens. */
  async isReady() {
    const response = await fetch('http://127.0.0.1:8080/readyz').catch(() => undefined);
    return response?.ok;
  }

  async stop() {
    this.#child.kill('SIGKILL');
    await this.#exited.catch(() => undefined);
  }
}
