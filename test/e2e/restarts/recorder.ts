/*
 * Records the states of the pods of a cluster. Scenarios wait for states without requests to the API server.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JsonStream } from '../kubernetes/json-stream';
import { kubectl } from '../kubernetes/kubectl';
import { LogFollower } from '../kubernetes/log-follower';
import { stream, Stream } from '../kubernetes/stream';
import { Attempt, eventually } from '../waiting';
import { World, brokersOf } from '../world';
import { observedBetween } from './observer';
import { WatchEvent, sampleOf } from './pod-sample';
import { Mark, PodSample, Recording, Start, ServerLogs } from './recording';
import { State, stateIn } from './states';
import { servingAt } from './server-logs';

/** Pause between checks of the recorded states. */
const POLL_SECONDS = 0.1;
const RECONNECT_MS = 1_000;
/** A recording in progress. */
export class Recorder {
  private readonly begin = Date.now();
  private readonly samples: PodSample[] = [];
  private readonly marks: Mark[] = [];
  private readonly serverLogs = new Map<string, { pod: string; uid: string; agent: string; kafka: string }>();
  private readonly starts: Start[] = [];
  private readonly unread = new Set<string>();
  private readonly pending: Promise<void>[] = [];
  private readonly streams: Stream[] = [];
  private isOver = false;

  private constructor(
    private readonly world: World,
    private readonly logs: LogFollower,
    private readonly brokers: ReadonlySet<string>,
    private readonly servers: ReadonlySet<string>,
  ) {}

  /** Starts a recording, and waits until it contains all servers. */
  static async start(world: World): Promise<Recorder> {
    const brokers = brokersOf(world.expectations).map(({ pod }) => pod);
    const servers = new Set([...brokers, ...world.expectations.metadataPods]);
    const logs = await LogFollower.start(world.expectations.namespace);
    const recorder = new Recorder(world, logs, new Set(brokers), servers);
    recorder.pending.push(recorder.watch());
    try {
      await recorder.until('samples of all servers', 60, () =>
        [...servers].every((pod) => recorder.latest(pod) !== undefined),
      );
    } catch (error) {
      await recorder.end();
      throw error;
    }
    return recorder;
  }

  /** Records an action. */
  mark(text: string): void {
    this.marks.push({ time: Date.now(), text });
  }

  /** Last sample of a pod. */
  latest(pod: string): PodSample | undefined {
    return this.samples.findLast((sample) => sample.pod === pod);
  }

  /** State of a broker. */
  stateOf(pod: string): State {
    const sample = this.latest(pod);
    return sample === undefined ? 'down' : stateIn(sample);
  }

  /** Logs of a pod so far. */
  logsOf(uid: string): ServerLogs | undefined {
    return this.serverLogs.get(uid);
  }

  /** Waits until a condition on recorded states is met. */
  async until(what: string, seconds: number, isMet: () => boolean): Promise<void> {
    const attempt = async (): Promise<Attempt<undefined>> =>
      isMet() ? { done: undefined } : { state: this.summary() };
    await eventually(what, seconds, attempt, POLL_SECONDS);
  }

  /** Stops it. */
  async stop(): Promise<Recording> {
    const end = Date.now();
    await this.end();
    const { begin, samples, marks, starts } = this;
    // Without observations the scenario fails, but the rest of the recording is reported.
    const seconds = await observedBetween(this.world.expectations, begin, end).catch(() => []);
    return { begin, end, samples, marks, seconds, starts, serverLogs: [...this.serverLogs.values()] };
  }

  private async end(): Promise<void> {
    this.isOver = true;
    this.logs.stop();
    this.streams.forEach(({ stop }) => stop());
    await Promise.all(this.pending);
  }

  private async watch(): Promise<void> {
    const args = ['get', 'pods', `--namespace=${this.world.expectations.namespace}`, '--watch'];
    while (!this.isOver) {
      const events = new JsonStream();
      const watching = stream([...args, '--output-watch-events', '--output=json'], (text) => {
        events.push(text).forEach((event) => this.take(event as WatchEvent));
      });
      this.streams.push(watching);
      await watching.ended;
      if (!this.isOver) {
        // The API server ends watches, and may be unreachable. A new watch starts with all pods.
        await sleep(RECONNECT_MS);
      }
    }
  }

  private take(event: WatchEvent): void {
    if (!this.servers.has(event.object?.metadata?.name)) {
      return;
    }
    const sample = sampleOf(event, Date.now());
    const before = this.latest(sample.pod);
    this.samples.push(sample);
    if (!sample.isGone && !this.serverLogs.has(sample.uid)) {
      this.listen(sample);
    }
    if (!this.brokers.has(sample.pod) || sample.isGone) {
      return;
    }
    if (before !== undefined && before.uid !== sample.uid) {
      this.unread.add(sample.uid);
    }
    if (sample.isReady && this.unread.delete(sample.uid)) {
      this.pending.push(this.readStart(sample));
    }
  }

  /** A log is deleted with its pod, so it is followed. */
  private listen({ pod, uid }: PodSample): void {
    const serverLogs = { pod, uid, agent: '', kafka: '' };
    this.serverLogs.set(uid, serverLogs);
    // For controllers and ZooKeeper, the reasons for delays are enough.
    const containers = this.brokers.has(pod) ? (['agent', 'kafka'] as const) : (['agent'] as const);
    for (const container of containers) {
      const following = this.logs.follow({
        pod,
        container,
        since: this.begin,
        onLine: (line) => (serverLogs[container] += `${line}\n`),
        shouldContinue: () => {
          const latest = this.latest(pod);
          return latest?.uid === uid && !latest.isGone;
        },
      });
      this.pending.push(following);
    }
  }

  private async readStart({ pod, uid }: PodSample): Promise<void> {
    const args = ['logs', pod, `--namespace=${this.world.expectations.namespace}`, '--container=kafka'];
    const log = await kubectl([...args, '--timestamps']).catch(() => '');
    const at = servingAt(log);
    if (at !== undefined) {
      this.starts.push({ pod, uid, servingAt: at });
    }
  }

  private summary(): string {
    return [...this.servers].map((pod) => `${pod} ${this.stateOf(pod)}`).join(', ');
  }
}
