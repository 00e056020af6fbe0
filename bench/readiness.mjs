// What it costs to know whether a broker is ready, by hand: npm run bench:readiness. The large clusters count by their
// ratio to the small one of the same run; seconds depend on the machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from './agent.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);
const FLIPS = Number(process.env.BENCH_FLIPS ?? 10);
const CLUSTERS = [
  { brokers: 3, partitions: 100 },
  { brokers: 30, partitions: 50_000 },
  { brokers: 12, partitions: 50_000 },
];
const FIRST_PORT = 19_091;
const SELF = 1001;
const NEIGHBOUR = 1002;
const FEW = 10;
/** As the kubelet does. */
const PROBE_SECONDS = 2;
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-bench-'));

/** A cluster in a process of its own. */
async function simulate({ brokers, partitions }) {
  const child = fork('bench/simulator/main.ts', { execArgv: ['--import', 'tsx'] });
  const gone = once(child, 'exit').then(() => {
    throw new Error('the simulated cluster has ended');
  });
  gone.catch(() => undefined);
  const tell = async (order) => {
    child.send(order);
    await Promise.race([once(child, 'message'), gone]);
  };
  const ports = Array.from({ length: brokers }, (_, index) => FIRST_PORT + index);
  await tell({ serve: { ports, partitions } });
  return {
    setBehind: (count, broker = SELF) => tell({ behind: { broker, partitions: count } }),
    stop: async () => {
      child.disconnect();
      await gone.catch(() => undefined);
    },
  };
}

function configOf({ brokers }) {
  const internal = { name: 'INTERNAL', port: FIRST_PORT };
  return {
    role: 'broker',
    clusterName: 'events',
    namespace: 'bench',
    clusterId: 'c2ltdWxhdGVkLWtyYWZ0Lg',
    mapName: 'streams',
    statefulSet: 'events-streams',
    headlessServiceHost: 'localhost',
    ledgerConfigMap: 'events-streams-ledger',
    disks: [],
    certificates: [],
    maxForceSeconds: 14_400,
    sessionTimeoutMs: 9_000,
    stop: { preStopTimeoutSeconds: 1200, shutdownGracePeriodSeconds: 600, atRiskTopics: 'allow' },
    metadataMode: 'kraft',
    brokerIds: { first: SELF, last: SELF + brokers - 1 },
    internalListener: internal,
    advertisedListeners: [internal],
  };
}

/** Milliseconds until the agent says so. */
async function until(agent, ready) {
  const start = performance.now();
  while ((await agent.isReady()) !== ready) {
    if (performance.now() - start > 60_000) {
      throw new Error(`not ${ready ? 'ready' : 'unready'} after a minute`);
    }
    await sleep(20);
  }
  return performance.now() - start;
}

/** Share of a core, in percent, while the kubelet probes and `each` second something else may happen. */
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
  await until(agent, true);
  await sleep(10_000);
  agent.forgetPeak();
  const calm = await cpuShare(agent, SECONDS);
  const { peak } = agent.memory;
  const restless = await cpuShare(agent, SECONDS / 2, async (second) => {
    await simulator.setBehind(second % hosted, NEIGHBOUR);
  });
  await simulator.setBehind(0);
  const down = [];
  const up = [];
  for (let flip = 0; flip < FLIPS; flip++) {
    // At any moment between two rounds.
    await sleep(2_000 + Math.random() * 4_000);
    await simulator.setBehind(1);
    down.push(await until(agent, false));
    await sleep(1_000 + Math.random() * 4_000);
    await simulator.setBehind(0);
    up.push(await until(agent, true));
  }
  await simulator.setBehind(FEW);
  await until(agent, false);
  const few = await cpuShare(agent, SECONDS / 2);
  await simulator.setBehind(hosted);
  const many = await cpuShare(agent, SECONDS / 2);
  const most = Math.max(peak, agent.memory.peak);
  return { calm, restless, few, many, peak, most, down: Math.max(...down), up: Math.max(...up) };
}

const percent = (value) => `${value.toFixed(2)} %`;
const mib = (value) => `${value.toFixed(0)} MiB`;
const ms = (value) => `${value.toFixed(0)} ms`;
const ROWS = [
  ['CPU, all in sync', 'calm', percent],
  ['CPU, while another broker changes', 'restless', percent],
  [`CPU, behind for ${FEW}`, 'few', percent],
  ['CPU, behind for all it has', 'many', percent],
  ['most memory, all in sync', 'peak', mib],
  ['most memory, whatever happened', 'most', mib],
  [`until not ready, slowest of ${FLIPS}`, 'down', ms],
  [`until ready, slowest of ${FLIPS}`, 'up', ms],
];

console.log(`readiness, shares of a core over ${SECONDS} s, Node.js ${process.version}\n`);
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
