/*
 * Time and memory of the topic synchronization: npm run bench:topics [-- HOST:PORT]. Each time is compared with a floor: the same
 * requests or the same loop without any decision. Times without a cluster are CPU times. With the address of a plaintext broker
 * of an empty KRaft cluster with three brokers or more, topics are really created; the bench deletes them. Of its 36,000 replicas
 * each needs three open files: with three brokers, each must be allowed 40,000.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MapConfig, TopicSyncConfig } from '../lib/seam/agent-config';
import { ClusterView, clusterView } from '../agent/kafka/cluster-view';
import { Address, KafkaSession } from '../agent/kafka/connection';
import { PlacedTopic, createTopics, deleteTopics, ownTopicSettings } from '../agent/kafka/topic-admin';
import { log } from '../agent/runtime/log';
import { batches } from '../agent/topics/batches';
import { readDeclarations } from '../agent/topics/lists/declarations';
import { Placement } from '../agent/topics/placement/placement';
import { planRun } from '../agent/topics/plan/plan-run';
import { NO_MEMORY } from '../agent/topics/plan/prune';
import { topicSyncConfig } from '../test/agent/configs';
import { clusterOf, partition } from '../test/agent/views';
import { CONFIG, DEADLINE_MS, configOf, synchronize, topicsOf } from './topics/inputs';
import { runMemory } from './topics/run-memory';

const ROUNDS = 3;
const POLL_MS = 200;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** CPU time of work that waits for nothing: other processes of the machine do not count. */
async function computed(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function print(what: string, ours: readonly number[], floor: readonly number[]): void {
  const [mine, least] = [median(ours), median(floor)];
  console.log(
    `${what.padEnd(62)} ${mine.toFixed(0).padStart(7)} ms ${least.toFixed(0).padStart(7)} ms  x ${(mine / least).toFixed(2)}`,
  );
}

async function repeat(
  what: string,
  ours: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<void> {
  const [mine, least]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    least.push(await floor());
    mine.push(await ours());
  }
  print(what, mine, least);
}

function brokersInZones(count: number): { id: number; zone: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: 1001 + index, zone: 'abc'[index % 3] }));
}

async function placement(): Promise<void> {
  const brokers = brokersInZones(300);
  const topics = Array.from({ length: 8_334 }, () => 12);
  await repeat(
    'placement of 100,000 partitions with 3 replicas on 300 brokers',
    () =>
      computed(() => {
        const placed = new Placement(brokers);
        topics.forEach((partitions) => placed.placeTopic(partitions, 3));
      }),
    () =>
      computed(() =>
        topics.map((partitions, topic) =>
          Array.from({ length: partitions }, (_, index) =>
            [0, 1, 2].map((replica) => brokers[(topic * 12 + index + replica) % 300].id),
          ),
        ),
      ),
  );
}

async function plan(): Promise<void> {
  const topics = topicsOf(10_000, 12);
  const text = JSON.stringify(topics);
  const map: MapConfig = { name: 'main', patterns: ['bench\\..*'], brokerIds: { first: 1001, last: 1300 } };
  const brokers = brokersInZones(300);
  const placed = new Placement(brokers);
  const view = clusterOf({
    brokers: brokers.map(({ id, zone }) => ({ id, rack: zone })),
    partitions: topics.flatMap(({ name, partitions }) =>
      placed.placeTopic(partitions, 3).map((replicas, index) => partition(name, index, replicas)),
    ),
  });
  const settings = new Map(topics.map(({ name }) => [name, new Map(Object.entries(CONFIG))]));
  const list = { namespace: 'kafka', configMapName: 'list' };
  const facts = {
    maps: [map],
    drift: topicSyncConfig().drift,
    state: { view, settings, cordoned: new Set<number>() },
    memory: NO_MEMORY,
    isDecreaseAccepted: false,
    areSettingsHeld: false,
    now: 0,
  };
  await repeat(
    'plan without changes over 10,000 topics, 120,000 partitions',
    () =>
      computed(() => {
        const declarations = readDeclarations([{ list, files: [{ name: 'list', text }], missing: [] }]);
        planRun({ ...facts, declarations });
      }),
    () => computed(() => JSON.parse(text)),
  );
}

/** Runs of the topic synchronization against a real cluster. */
class LiveBench {
  private readonly config: TopicSyncConfig;

  constructor(
    private readonly address: Address,
    view: ClusterView,
  ) {
    this.config = configOf(view);
  }

  async run(): Promise<void> {
    // A run without changes reads partitions and settings, and no replica.
    const many = topicsOf(10_000, 1, 1);
    await this.createAll(await this.placed(many));
    await this.untilVisible(many);
    await repeat(
      'a run without changes over 10,000 topics',
      () => timed(() => synchronize(this.address, this.config, many)),
      () => timed(() => this.readAll(many)),
    );
    console.log(`memory of such a run: ${await runMemory(this.address, many.length)} MiB`);
    await this.deleteAll();
    const thousand = topicsOf(1_000, 12);
    await repeat(
      '1,000 new topics with 12 partitions and 3 replicas',
      () => this.measured(thousand, () => synchronize(this.address, this.config, thousand)),
      async () => {
        const placed = await this.placed(thousand);
        return this.measured(thousand, () => this.createAll(placed));
      },
    );
  }

  /** Time of a creation; the topics are deleted afterwards. */
  private async measured(
    topics: ReturnType<typeof topicsOf>,
    create: () => Promise<unknown>,
  ): Promise<number> {
    const ms = await timed(create);
    // Topics that the broker does not know yet would not be deleted.
    await this.untilVisible(topics);
    await this.deleteAll();
    return ms;
  }

  private async placed(topics: readonly ReturnType<typeof topicsOf>[number][]): Promise<PlacedTopic[]> {
    const { brokers } = await KafkaSession.with(this.address, DEADLINE_MS, clusterView);
    const placement = new Placement([...brokers.values()].map(({ id, rack }) => ({ id, zone: rack ?? '' })));
    return topics.map(({ name, partitions, replicationFactor, config }) => ({
      name,
      assignments: placement.placeTopic(partitions, replicationFactor),
      config,
    }));
  }

  private async createAll(topics: readonly PlacedTopic[]): Promise<void> {
    for (const batch of batches(topics, ({ assignments }) => 3 + assignments.length)) {
      const results = await KafkaSession.with(this.address, DEADLINE_MS, (session) =>
        createTopics(session, batch),
      );
      const refused = results.find(({ errorCode }) => errorCode !== 0);
      if (refused !== undefined) {
        throw new Error(`topic ${refused.name} was not created: ${refused.errorMessage}`);
      }
    }
  }

  private async readAll(topics: readonly { readonly name: string }[]): Promise<void> {
    await KafkaSession.with(this.address, DEADLINE_MS, clusterView);
    for (let at = 0; at < topics.length; at += 500) {
      const part = topics.slice(at, at + 500).map(({ name }) => ({ name, settings: Object.keys(CONFIG) }));
      await KafkaSession.with(this.address, DEADLINE_MS, (session) => ownTopicSettings(session, part));
    }
  }

  /** Waits until the broker that runs ask knows all topics: otherwise a run would create them. */
  private async untilVisible(topics: ReturnType<typeof topicsOf>): Promise<void> {
    for (;;) {
      const { partitions } = await KafkaSession.with(this.address, DEADLINE_MS, clusterView);
      const found = new Map<string, number>();
      partitions.forEach(({ topic }) => found.set(topic, (found.get(topic) ?? 0) + 1));
      if (topics.every((topic) => found.get(topic.name) === topic.partitions)) {
        return;
      }
      await sleep(POLL_MS);
    }
  }

  private async deleteAll(): Promise<void> {
    for (;;) {
      const { topics } = await KafkaSession.with(this.address, DEADLINE_MS, clusterView);
      const left = [...topics].filter((name) => name.startsWith('bench.')).map((name) => ({ name }));
      if (left.length === 0) {
        return;
      }
      for (const batch of batches(left, () => 1)) {
        await KafkaSession.with(this.address, DEADLINE_MS, (session) => deleteTopics(session, batch));
      }
    }
  }
}

async function main(): Promise<void> {
  log.info = () => undefined;
  console.log(`${`median of ${ROUNDS} rounds`.padEnd(62)}       ours      floor`);
  await placement();
  await plan();
  const [host, port] = (process.argv[2] ?? '').split(':');
  if (port !== undefined) {
    const address = { host, port: Number(port) };
    await new LiveBench(address, await KafkaSession.with(address, DEADLINE_MS, clusterView)).run();
  }
}

void main();
