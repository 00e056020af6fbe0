/* A map: the agents of its brokers, its StatefulSet, and the deletion of pods. The agents run the code of this package. */
import { LeaseRenewer } from '../../../../agent/restart/lease-renewer';
import { PreStopHook } from '../../../../agent/restart/pre-stop-hook';
import { RolloutBrake } from '../../../../agent/restart/rollout-brake';
import { StopLease } from '../../../../agent/restart/stop-lease';
import { NO_REQUEST } from '../pre-stop-world';
import { FakeApi, Outage } from './fake-api';
import { FakeBroker, FakeKafka } from './fake-kafka';
import { Random } from './random';
import { VirtualTime } from './virtual-time';

export interface MapOptions {
  readonly seed: number;
  readonly count: number;
  readonly isRackAware: boolean;
  readonly outages?: readonly Outage[];
  /** Longest shutdown and catch-up of a broker. @default 40 seconds */
  readonly maxRestartMs?: number;
}

interface Pod {
  readonly broker: FakeBroker;
  uid: number;
  revision: number;
  isTerminating: boolean;
  isReady: boolean;
  hook: PreStopHook;
  renewer: LeaseRenewer;
}

/** A stop while another broker with replicas of the same partitions was away. */
export interface DoubleStop {
  readonly broker: number;
  readonly others: readonly number[];
  readonly reason: string;
}

const LIMITS = {
  preStopTimeoutSeconds: 1200,
  shutdownGracePeriodSeconds: 600,
  atRiskTopics: 'allow',
} as const;
const FORCED_VISIBLE_MS = 10_000;
/** Reasons of stops that do not wait any longer. */
const FORCED = /timed out|stops first|stop together: without/;

export class SimulatedMap {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly kafka: FakeKafka;
  readonly doubleStops: DoubleStop[] = [];
  /** Number of stops that did not wait any longer. */
  forcedStops = 0;
  stops = 0;
  maxAway = 0;
  readonly isRackAware: boolean;
  private readonly api: FakeApi;
  private readonly pods: Pod[];
  private readonly pending = new Set<number>();
  private readonly maxRestartMs: number;
  private revision = 0;
  private readonly forcedAt: Record<number, number> = {};
  private scheduledDeletions = 0;

  constructor({ seed, count, isRackAware, outages = [], maxRestartMs = 40_000 }: MapOptions) {
    this.random = new Random(seed);
    this.maxRestartMs = maxRestartMs;
    this.isRackAware = isRackAware;
    this.time.install();
    this.kafka = new FakeKafka(count, isRackAware, this.random);
    this.api = new FakeApi(this.time, this.random, outages);
    this.pods = this.kafka.brokers.map((broker) => ({
      broker,
      uid: 0,
      revision: 0,
      isTerminating: false,
      isReady: true,
      ...this.agentOf(broker, 0),
    }));
  }

  /** True if all brokers are in sync and have the current revision, and no deletion follows. */
  get isSettled(): boolean {
    return (
      this.scheduledDeletions === 0 &&
      this.pods.every(
        ({ broker, isTerminating, revision }) =>
          !broker.isAway && !isTerminating && revision >= this.revision,
      )
    );
  }

  /** Deletes the pod of a broker after a time. */
  deleteAfter(ms: number, id: number): void {
    this.scheduledDeletions++;
    void this.time.sleep(ms).then(() => {
      this.scheduledDeletions--;
      return this.deletePod(this.pods[id]);
    });
  }

  /** Keeps the pod of a broker from starting for a time. */
  hold(id: number, ms: number): void {
    this.pending.add(id);
    const { broker } = this.pods[id];
    this.pods[id].isReady = false;
    this.kafka.change(broker, { isAway: true, isInSync: false, isRegistered: false });
    void this.time.sleep(ms).then(async () => {
      this.pending.delete(id);
      if (!this.pods[id].isTerminating) await this.start(this.pods[id]);
    });
  }

  /** Starts a rollout, as the StatefulSet controller does it: from the highest id down, while the last pod is ready. */
  rollOut(): void {
    this.revision++;
    void (async () => {
      while (!this.isSettled) {
        await this.time.sleep(1_000);
        if (!this.api.outage()) this.continueRollout();
      }
    })();
  }

  private continueRollout(): void {
    for (const pod of [...this.pods].reverse()) {
      if (pod.revision !== this.revision && !pod.isTerminating) {
        void this.deletePod(pod);
        return;
      }
      if (!pod.isReady || pod.isTerminating) return;
    }
  }

  private agentOf(broker: FakeBroker, uid: number): Pick<Pod, 'hook' | 'renewer'> {
    const { time, random, kafka } = this;
    const me = { name: `m-${broker.id}`, uid: `${broker.id}.${uid}` };
    const lease = new StopLease('ns', 'm');
    const skew = random.between(-1_000, 1_000);
    const order = { position: broker.id, count: kafka.brokers.length };
    const hook = new PreStopHook(me, order, LIMITS, {
      judge: async () => {
        const before = kafka.view(broker.id);
        await time.sleep(random.between(30, 800));
        const after = kafka.view(broker.id);
        return kafka.judge(broker.id, before, random.isTrue(0.5) ? before : after);
      },
      lease,
      findConflict: async () => undefined,
      readOwner: async () => ({ force: NO_REQUEST }),
      recordEvent: async () => undefined,
      withTimeout: (ms, action) => time.withTimeout(ms, action),
      monotonicMs: () => performance.now(),
      wallMs: () => time.now + skew,
      sleep: (ms) => time.sleep(ms),
    });
    return { hook, renewer: new LeaseRenewer(lease, me) };
  }

  private deletePod(pod: Pod): Promise<void> {
    return this.api.caller.run(pod.broker.id, async () => {
      if (pod.isTerminating) return;
      pod.isTerminating = true;
      pod.isReady = false;
      if (!pod.broker.isAway) await this.stop(pod);
      await this.recreate(pod);
    });
  }

  private async stop({ broker, hook, renewer }: Pod): Promise<void> {
    const { time, random, kafka } = this;
    let isDown = false;
    renewer.expectStop();
    void (async () => {
      for (await time.sleep(60_000); !isDown; await time.sleep(60_000)) await renewer.renew();
    })();
    await hook.waitUntilAllowed();
    this.onStop(broker, hook.status?.reason ?? '');
    await time.sleep(random.between(300, 3_000));
    kafka.change(broker, { isInSync: false });
    await time.sleep(random.between(100, this.maxRestartMs / 4));
    kafka.change(broker, { isRegistered: false });
    isDown = true;
  }

  private onStop(broker: FakeBroker, reason: string): void {
    // A forced stop can coincide with one that is allowed, until Kafka shows it.
    const others = this.kafka
      .awayPeers(broker)
      .filter((id) => performance.now() - this.forcedAt[id] > FORCED_VISIBLE_MS || !(id in this.forcedAt));
    this.stops++;
    if (FORCED.test(reason)) {
      this.forcedStops++;
      this.forcedAt[broker.id] = performance.now();
    } else if (others.length > 0) {
      this.doubleStops.push({ broker: broker.id, others, reason });
    }
    this.kafka.change(broker, { isAway: true });
    this.maxAway = Math.max(this.maxAway, this.kafka.brokers.filter(({ isAway }) => isAway).length);
  }

  private async recreate(pod: Pod): Promise<void> {
    const { time, random } = this;
    // The StatefulSet controller creates the pod once it reaches the API server.
    do {
      await time.sleep(random.between(1_000, 3_000));
    } while (this.api.outage());
    Object.assign(pod, { uid: pod.uid + 1, revision: this.revision, isTerminating: false });
    Object.assign(pod, this.agentOf(pod.broker, pod.uid));
    if (!this.pending.has(pod.broker.id)) await this.start(pod);
  }

  /** Starts the server, and runs its agent until the server is ready for a while. */
  private start(pod: Pod): Promise<void> {
    return this.api.caller.run(pod.broker.id, async () => {
      const { time, random, kafka } = this;
      const { broker, renewer, uid } = pod;
      void this.serve(pod);
      renewer.onServerDown();
      await time.sleep(random.between(4_000, 15_000));
      kafka.change(broker, { isRegistered: true });
      await time.sleep(random.between(500, this.maxRestartMs));
      if (pod.uid === uid && !pod.isTerminating) kafka.change(broker, { isInSync: true, isAway: false });
    });
  }

  private async serve(pod: Pod): Promise<void> {
    const { uid, broker, renewer } = pod;
    const brake = new RolloutBrake({
      observe: async () => this.kafka.nextObstacle(broker.id),
      isListening: async () => false,
      recordEvent: async () => undefined,
    });
    await brake.onNoAnswer();
    for (let readyRounds = 0; readyRounds < 30 && pod.uid === uid && !pod.isTerminating;) {
      const observed = { ready: broker.isInSync, reason: '' };
      pod.isReady = (await brake.apply(observed)).ready && pod.uid === uid && !pod.isTerminating;
      renewer.reconcile(observed.ready);
      // An agent without the API server goes on until it has released the Lease.
      readyRounds += Number(pod.isReady && !this.api.outage(broker.id));
      await this.time.sleep(1_000);
    }
  }
}
