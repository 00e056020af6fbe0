// Cost of the readiness check of a broker: npm run bench:readiness. Compare the large clusters with the small cluster of the
// same run; absolute values depend on the machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokerConfig } from '../test/agent/configs';
import { Agent } from './agent.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const TRANSITIONS = Number(process.env.BENCH_TRANSITIONS ?? 10);
const CLUSTERS = [
  { brokers: 3, partitions: 100 },
  { brokers: 30, partitions: 50_000 },
  { brokers: 12, partitions: 50_000 },
];
const FIRST_PORT = 19_091;
const SELF = 1001;
const OTHER_BROKER = 1002;
const FEW = 10;
/** Probe interval of the kubelet. */
const PROBE_SECONDS = 2;
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-bench-'));

/** Starts a simulated cluster in its own process. */
async function simulate({ brokers, partitions }) {
  const child = fork('bench/simulator/main.ts', { execArgv: ['--import', 'tsx'] });
  const exited = once(child, 'exit').then(() => {
    throw new Error('the simulated cluster has exited');
  });
  exited.catch(() => undefined);
  const run = async (command) => {
    child.send(command);
    await Promise.race([once(child, 'message'), exited]);
  };
  const ports = Array.from({ length: brokers }, (_, index) => FIRST_PORT + index);
  await run({ serve: { ports, partitions } });
  return {
    setOutOfSync: (count, broker = SELF) => run({ outOfSync: { broker, partitions: count } }),
    stop: async () => {
      child.disconnect();
      await exited.catch(() => undefined);
    },
  };
}

function configOf({ brokers }) {
  const internalListener = { name: 'INTERNAL', port: FIRST_PORT };
  return brokerConfig({
    headlessServiceHost: 'localhost',
    disks: [],
    brokerIds: { first: SELF, last: SELF + brokers - 1 },
    internalListener,
    advertisedListeners: [internalListener],
  });
}

/** Milliseconds until the agent reports readiness or the opposite. */
async function timeUntil(agent, ready) {
  const start = performance.now();
  while ((await agent.isReady()) !== ready) {
    if (performance.now() - start > 60_000) {
      throw new Error(`the agent is not ${ready ? 'ready' : 'unready'} after 1 minute`);
    }
    await sleep(20);
  }
  return performance.now() - start;
}

/** CPU usage in percent of a core while the kubelet probes. `each` is called every second. */
async function cpuShare(agent, seconds, each = async () => undefined) {
  const [cpu, start] = [agent.cpuSeconds, performance.now()];
  for (let second = 1; performance.now() - start < seconds * 1000; second++) {
    await each(second);
    await sleep(1_000);
    if (second % PROBE_SECONDS === 0) {
      await agent.isReady();
    }
  }
  return (100 * (agent.cpuSeconds - cpu)) / ((performance.now() - start) / 1000);
}

async function measure(cluster) {
  const simulator = await simulate(cluster);
  const agent = new Agent(configOf(cluster), scratch);
  try {
    return await agent.during(measureOn(agent, simulator, cluster));
  } finally {
    await agent.stop();
    await simulator.stop();
  }
}

async function measureOn(agent, simulator, { brokers, partitions }) {
  const hosted = Math.floor((3 * partitions) / brokers);
  await timeUntil(agent, true);
  await sleep(10_000);
  agent.resetPeak();
  const inSync = await cpuShare(agent, SECONDS);
  const { peak } = agent.memory;
  const othersChange = await cpuShare(agent, SECONDS / 2, async (second) => {
    await simulator.setOutOfSync(second % hosted, OTHER_BROKER);
  });
  await simulator.setOutOfSync(0);
  const down = [];
  const up = [];
  for (let transition = 0; transition < TRANSITIONS; transition++) {
    // At a random time between two checks.
    await sleep(2_000 + Math.random() * 4_000);
    await simulator.setOutOfSync(1);
    down.push(await timeUntil(agent, false));
    await sleep(1_000 + Math.random() * 4_000);
    await simulator.setOutOfSync(0);
    up.push(await timeUntil(agent, true));
  }
  await simulator.setOutOfSync(FEW);
  await timeUntil(agent, false);
  const few = await cpuShare(agent, SECONDS / 2);
  await simulator.setOutOfSync(hosted);
  const many = await cpuShare(agent, SECONDS / 2);
  const most = Math.max(peak, agent.memory.peak);
  return { inSync, othersChange, few, many, peak, most, down: Math.max(...down), up: Math.max(...up) };
}

const percent = (value) => `${value.toFixed(2)} %`;
const mib = (value) => `${value.toFixed(0)} MiB`;
const ms = (value) => `${value.toFixed(0)} ms`;
const ROWS = [
  ['CPU, all in sync', 'inSync', percent],
  ['CPU, ISR of another broker changes', 'othersChange', percent],
  [`CPU, ${FEW} out of sync`, 'few', percent],
  ['CPU, all out of sync', 'many', percent],
  ['peak memory, all in sync', 'peak', mib],
  ['peak memory, whole run', 'most', mib],
  [`until not ready, maximum of ${TRANSITIONS}`, 'down', ms],
  [`until ready, maximum of ${TRANSITIONS}`, 'up', ms],
];

console.log(`readiness, CPU usage in percent of a core over ${SECONDS} s, Node.js ${process.version}\n`);
const results = [];
for (const cluster of CLUSTERS) {
  results.push(await measure(cluster));
}
const header = CLUSTERS.map(({ brokers, partitions }) => `${partitions} on ${brokers}`.padStart(22));
console.log(`${'partitions on brokers'.padEnd(36)}${header.join('')}`);
for (const [name, field, format] of ROWS) {
  const cells = results.map((one, index) => {
    const ratio = index === 0 ? '' : ` (${(one[field] / results[0][field]).toFixed(1)} x)`;
    return `${format(one[field])}${ratio}`.padStart(22);
  });
  console.log(`${name.padEnd(36)}${cells.join('')}`);
}
rmSync(scratch, { recursive: true });
