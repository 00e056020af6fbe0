/*
 * Runs clients inside a cluster, and checks at the end that no acknowledged record is lost.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { kubectl } from '../kubernetes/kubectl';
import { podOf, stateOf, untilEnded, untilReady } from '../kubernetes/pods';
import { readJson, readWhole } from '../kubernetes/whole-output';
import { eventually } from '../waiting';
import { World } from '../world';
import { removeProgramPod, startProgramPod } from './program-pod';
import { Second } from './program/ledger';
import { Settings } from './program/settings';
import { Report } from './program/verdict';

export type { Report } from './program/verdict';

/** Clients of a load and their settings. */
export interface LoadOptions {
  /** Name of the pod. */
  readonly name: string;
  /** Labels of declared clients, for network policies. */
  readonly labels: Readonly<Record<string, string>>;
  /** Secret with the clients' certificate; plaintext if absent. */
  readonly secret?: string;
  /** Topics of producers and consumers; the world's topic for plain records if absent. */
  readonly topics?: readonly string[];
  /** Producers with acks=all; two if absent. */
  readonly producers?: number;
  /** Idempotent producers; one if absent. */
  readonly idempotentProducers?: number;
  /** Producers that open a new connection for every batch; none if absent. */
  readonly reconnectingProducers?: number;
  /** Transactional producers, to the world's transactional topic; none if absent. */
  readonly transactionalProducers?: number;
  /** Members of a consumer group; none if absent. */
  readonly consumers?: number;
  /** Records per second of each producer that keeps its connections; 200 if absent. */
  readonly recordsPerSecond?: number;
  /** Connections per second of each producer that does not; 10 if absent. */
  readonly connectionsPerSecond?: number;
  /** Delivery timeout of a record; Kafka's default if absent. */
  readonly deliveryTimeoutMs?: number;
}

/** A running load. */
export interface Load {
  /** Name of its pod. */
  readonly pod: string;
  /** The last second of the load. */
  readonly now: () => Promise<LoadSecond>;
  /** The seconds of the load; complete after its end. */
  readonly seconds: () => Promise<LoadSecond[]>;
  /** Stops it, reads all records back, and returns a report. Its pod stays for its log. */
  readonly finish: () => Promise<Report>;
  /** Deletes its pod. A running load then has no report. */
  readonly remove: () => Promise<void>;
}

/** A line of the program's output. */
export interface LoadSecond extends Second {
  readonly time: string;
  readonly connections: number;
}

/** Starts clients, and waits for their first acknowledged records. */
export async function startLoad({ expectations }: World, options: LoadOptions): Promise<Load> {
  const { namespace, clusterName, topics } = expectations;
  const { name } = options;
  const deliveryTimeoutMs = options.deliveryTimeoutMs ?? 120_000;
  const settings: Omit<Settings, 'certificates'> = {
    run: randomBytes(4).toString('hex'),
    bootstrap: `${clusterName}-bootstrap.${namespace}.svc.cluster.local:9092`,
    topics: options.topics ?? [topics.plain],
    transactionalTopic: topics.transactional,
    producers: options.producers ?? 2,
    idempotentProducers: options.idempotentProducers ?? 1,
    reconnectingProducers: options.reconnectingProducers ?? 0,
    transactionalProducers: options.transactionalProducers ?? 0,
    consumers: options.consumers ?? 0,
    recordsPerSecond: options.recordsPerSecond ?? 200,
    connectionsPerSecond: options.connectionsPerSecond ?? 10,
    deliveryTimeoutMs,
    // With a short delivery timeout, one request must not use all of it.
    requestTimeoutMs: Math.min(30_000, Math.round(deliveryTimeoutMs * 0.4)),
  };
  const within = `--namespace=${namespace}`;
  const remove = () => removeProgramPod(namespace, name);
  const now = async () => {
    const log = () => kubectl(['logs', name, within, '--tail=1']);
    return readJson<Partial<LoadSecond>>(`load ${name}`, async () => (await log()).trim() || '{}');
  };
  try {
    const entry = join(__dirname, 'program', 'main.ts');
    await startProgramPod(expectations, {
      name,
      labels: options.labels,
      secret: options.secret,
      entry,
      settings,
    });
    await untilReady(namespace, [name], 180);
    await eventually(`records of ${name} acknowledged`, 180, async () => {
      const second = await now();
      return (second.total ?? 0) > 0 ? { done: undefined } : { state: JSON.stringify(second) };
    });
  } catch (error) {
    // A running load would disturb later checks.
    await remove().catch(() => undefined);
    throw error;
  }
  return {
    pod: name,
    now: async () => (await now()) as LoadSecond,
    seconds: async () =>
      secondsIn(
        await readWhole(
          (text) => text.includes('{"report":'),
          () => kubectl(['logs', name, within]),
        ),
      ),
    finish: () => finish(namespace, name),
    remove,
  };
}

/** Seconds in the output of the program, without truncated lines and the report. */
export function secondsIn(output: string): LoadSecond[] {
  return output.split('\n').flatMap((line) => {
    try {
      const second = JSON.parse(line) as Partial<LoadSecond>;
      return second.time === undefined ? [] : [second as LoadSecond];
    } catch {
      return [];
    }
  });
}

async function finish(namespace: string, name: string): Promise<Report> {
  const within = `--namespace=${namespace}`;
  const before = await podOf(namespace, name);
  if (before?.status.phase !== 'Running') {
    throw new Error(`the pod of the load no longer exists: ${stateOf(name, before)}`);
  }
  await kubectl(['exec', name, within, '--', 'sh', '-c', 'kill -TERM 1']);
  await untilEnded(namespace, name, 900);
  const last = await readJson<{ readonly report?: Report; readonly failed?: string }>(`load ${name}`, () =>
    kubectl(['logs', name, within, '--tail=1']),
  );
  const { report, failed } = last;
  if (report === undefined) {
    throw new Error(`the load ended without a report: ${failed ?? JSON.stringify(last)}`);
  }
  return report;
}
