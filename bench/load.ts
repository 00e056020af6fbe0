// Load of all agents on the brokers: npm run bench:load. Real agents observe a simulated cluster in virtual time. The baseline
// is the rule that each agent asks its own broker and the live broker with the lowest id every two seconds.
import { pauseAfter } from '../agent/readiness/round-plan';
import { BrokerMonitor } from '../agent/readiness/observe-broker';
import { judgeBroker } from '../agent/readiness/judge-broker';
import { brokerConfig } from '../test/agent/configs';
import { CountingCluster, metadataBytes } from './simulator/counting-cluster';

type Mode = 'kraft' | 'zookeeper';

const AGENTS = (process.env.BENCH_AGENTS ?? '3,30,100,300').split(',').map(Number);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 120);
/** Time in which all agents become ready. Not counted. */
const WARM_UP_SECONDS = 5;
/** Interval at which a broker falls out of sync, or is in sync again. */
const CHANGE_SECONDS = 10;
/** Size of the cluster whose load is printed. The simulated metadata is smaller. */
const PARTITIONS = 50_000;
const VIEW_MS = 100;
const BASELINE_INTERVAL_SECONDS = 2;
const PEER_ROTATION_MS = 300_000;
const FIRST_ID = 1001;
const MIB = 2 ** 20;

/** One agent, with the time of its next round. */
class SimulatedAgent {
  nextAt: number;
  private isReady = false;
  private readonly monitor: BrokerMonitor;

  constructor(id: number, port: number, metadataMode: Mode) {
    const internalListener = { name: 'INTERNAL', port };
    this.monitor = new BrokerMonitor(brokerConfig({ metadataMode, internalListener }), id);
    this.nextAt = Math.random() * 2_000;
  }

  /** @param scale size of the printed metadata in relation to the simulated one */
  async round(now: number, scale: number): Promise<void> {
    const facts = await this.monitor.observe(Math.floor(now / PEER_ROTATION_MS), this.isReady);
    this.isReady = judgeBroker(facts).ready;
    this.nextAt = now + pauseAfter(this.isReady, { bytes: scale * this.monitor.cost.bytes, ms: 0 }) + VIEW_MS;
  }
}

/** Requests of agents per second: for all metadata, by broker; and for the quorum. */
interface Load {
  readonly views: readonly number[];
  readonly quorum: number;
}

async function measure(agents: number, mode: Mode, isChanging: boolean): Promise<Load> {
  const cluster = await CountingCluster.start(agents);
  const scale = metadataBytes(agents, PARTITIONS) / cluster.bytes;
  const all = cluster.ports.map((port, index) => new SimulatedAgent(FIRST_ID + index, port, mode));
  let now = 0;
  const realNow = performance.now;
  performance.now = () => now;
  try {
    const end = (WARM_UP_SECONDS + SECONDS) * 1000;
    let isWarm = false;
    let changes = 0;
    for (;;) {
      const next = all.reduce((first, agent) => (agent.nextAt < first.nextAt ? agent : first));
      now = next.nextAt;
      if (now >= end) {
        break;
      }
      if (!isWarm && now >= WARM_UP_SECONDS * 1000) {
        isWarm = true;
        cluster.resetCounts();
      }
      if (isChanging && Math.floor(now / 1000 / CHANGE_SECONDS) > changes) {
        cluster.change(++changes);
      }
      await next.round(now, scale);
    }
    return {
      views: cluster.requests.map((count) => count / SECONDS),
      quorum: cluster.quorumRequests / SECONDS,
    };
  } finally {
    performance.now = realNow;
    await cluster.stop();
  }
}

const rate = (value: number) => value.toFixed(2).padStart(8);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function main(): Promise<void> {
  console.log('Requests for all metadata that a broker answers per second, those of its own agent included.');
  console.log(
    `MiB/s: most loaded broker, ${PARTITIONS} partitions. Baseline: all ask the lowest id every 2 s.`,
  );
  console.log(`Changes: every ${CHANGE_SECONDS} s a broker falls out of sync or catches up.\n`);
  console.log(
    'agents  mode       changes   least    mean    most   MiB/s  baseline   MiB/s  baseline : most  quorum/s  baseline',
  );
  for (const agents of AGENTS) {
    const mib = metadataBytes(agents, PARTITIONS) / MIB;
    for (const [mode, isChanging] of [
      ['kraft', false],
      ['kraft', true],
      ['zookeeper', false],
    ] as const) {
      const { views, quorum } = await measure(agents, mode, isChanging);
      const most = Math.max(...views);
      // Its own agent, and all others.
      const baseline = agents / BASELINE_INTERVAL_SECONDS;
      console.log(
        `${String(agents).padStart(6)}  ${mode.padEnd(9)}  ${(isChanging ? 'yes' : 'no').padEnd(7)}` +
          `${rate(Math.min(...views))}${rate(mean(views))}${rate(most)}${rate(most * mib)}  ${rate(baseline)}${rate(baseline * mib)}` +
          `  ${`${(baseline / most).toFixed(1)} x`.padStart(15)}${rate(quorum)}  ` +
          rate(mode === 'kraft' ? agents / BASELINE_INTERVAL_SECONDS : 0),
      );
    }
  }
}

void main();
