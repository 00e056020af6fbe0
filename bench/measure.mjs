import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Runs a program. Returns its wall time in milliseconds and its peak resident memory in MiB. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    let peak = 0;
    const sample = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      } catch {
        // The program has ended between two samples.
      }
    }, 10);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(sample);
      const ms = Number(process.hrtime.bigint() - start) / 1e6;
      return code === 0
        ? resolve({ ms, peak })
        : reject(new Error(`${command} ${args.join(' ')} exited with ${code}`));
    });
  });
}

/** Runs two programs alternately, so that other load of the machine affects both. */
export async function compare(times, first, second) {
  const results = [[], []];
  for (let round = 0; round < times; round++) {
    results[0].push(await first());
    results[1].push(await second());
  }
  return results.map(summary);
}

/** Median, range and peak of several runs. */
export function summary(runs) {
  const ms = runs.map((one) => one.ms).sort((a, b) => a - b);
  return {
    median: ms[Math.floor(ms.length / 2)],
    least: ms[0],
    most: ms[ms.length - 1],
    peak: Math.max(...runs.map((one) => one.peak)),
  };
}
