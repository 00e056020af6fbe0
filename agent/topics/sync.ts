/*
 * A run of the topic synchronization: reads the lists and the cluster, plans, and executes the plan.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FIRST_START_SECONDS, TopicSyncConfig } from '../../lib/seam/agent-config';
import { topicSyncBootstrap } from '../kafka/addresses';
import { ClusterView } from '../kafka/cluster-view';
import { ConflictError } from '../kubernetes/client';
import { EXIT, OperatorError, reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { withoutNumbers } from '../text/without-numbers';
import { applyPlan } from './apply/apply-plan';
import { KafkaTopics, kafkaTopics } from './kafka-topics';
import { KubernetesTopics, StatusObject, kubernetesTopics } from './kubernetes-topics';
import { Declarations, readDeclarations } from './lists/declarations';
import { OperatorRequests, RunFacts, planDigest, planRun } from './plan/plan-run';
import { ClusterState, missingBrokers } from './plan/plan-topics';
import { NO_MEMORY, TopicMemory, withoutTopics } from './plan/prune';
import { TopicPlan } from './plan/topic-plan';
import { zoneWarnings } from './plan/zone-warnings';
import { readComparedSettings, withSizes } from './read-state';
import { operatorRequests } from './status/operator-requests';
import { logPlan, logReport, recordEvents } from './status/announce';
import { parseMemory } from './status/memory';
import { RunReport, evaluateRun } from './status/run-report';
import { statusContent } from './status/status-content';
import { STATUS_KEYS } from './status/status-keys';
import { clusterUnreachable, throwApiUnreachable } from './unreachable';

const PAUSE_MS = 2_000;
/** Age at which inputs are read again. */
const MAX_AGE_MS = 10_000;
/** Time until all ConfigMaps of one apply are there. */
const LISTS_TIMEOUT_MS = 30_000;

/** The servers that a run talks to, and the time. */
export interface TopicSyncEdges {
  readonly kafka: KafkaTopics;
  readonly kubernetes: KubernetesTopics;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** Options of a run. */
export interface RunOptions {
  /** Result of `planDigest`. The run ends without changes if its plan has another one. */
  readonly expectedPlan?: string;
}

/**
 * Makes the topics of a cluster as declared.
 *
 * @returns exit code
 * @throws OperatorError if Kafka or the API server does not answer in time, or the plan is not the expected one
 */
export async function syncTopics(
  config: TopicSyncConfig,
  signal: AbortSignal,
  { expectedPlan }: RunOptions = {},
  edges: TopicSyncEdges = realEdges(config, signal),
): Promise<number> {
  const { kafka } = edges;
  const first = await readInputs(edges);
  const readAt = edges.now();
  const seen = await waitForBrokers(config, first, edges);
  // The wait can take an hour. Nothing is deleted because of an old list, or an acceptance that was withdrawn.
  const { status, declarations } = edges.now() - readAt < MAX_AGE_MS ? first : await readInputs(edges);
  const settings = await readComparedSettings(config, declarations.topics, seen.view, kafka);
  const facts = { ...config, declarations, state: { ...seen, settings }, ...memoryOf(status, edges.now()) };
  const { plan, memory } = await finalPlan(facts, kafka);
  assertExpected(plan, expectedPlan);
  logPlan(plan);
  zoneWarnings(config.maps, declarations.topics, seen.view).forEach((warning) => log.warn(warning));
  const applied = await applyPlan(plan, kafka, signal);
  const report = evaluateRun(declarations, plan, applied);
  logReport(report);
  await writeStatus(report, status, withoutTopics(memory, applied.done.delete), edges);
  return report.exitCode;
}

function realEdges(config: TopicSyncConfig, signal: AbortSignal): TopicSyncEdges {
  return {
    kafka: kafkaTopics(topicSyncBootstrap(config)),
    kubernetes: kubernetesTopics(config),
    now: () => Date.now(),
    pause: (ms) => sleep(ms, undefined, { signal }),
  };
}

interface Inputs {
  readonly status: StatusObject;
  readonly declarations: Declarations;
}

async function readInputs(edges: TopicSyncEdges): Promise<Inputs> {
  const declarations = await readLists(edges);
  return { declarations, status: await edges.kubernetes.status().catch(throwApiUnreachable) };
}

function memoryOf(
  status: StatusObject,
  now: number,
): Pick<RunFacts, 'memory' | 'now' | keyof OperatorRequests> {
  const memory = parseMemory(status.binaryData[STATUS_KEYS.memory]);
  if (memory === undefined) {
    log.warn('the memory of earlier runs is damaged; no topic is deleted that only they know');
  }
  return { memory: memory ?? NO_MEMORY, ...operatorRequests(status, now), now };
}

/** Reads the lists. ConfigMaps are applied one after another, so a list that is not as synthesized yet is read again. */
async function readLists({ kubernetes, now, pause }: TopicSyncEdges): Promise<Declarations> {
  const end = now() + LISTS_TIMEOUT_MS;
  for (;;) {
    const declarations = readDeclarations(await kubernetes.lists().catch(throwApiUnreachable));
    if (declarations.lists.every(({ isAsSynthesized }) => isAsSynthesized) || now() >= end) {
      return declarations;
    }
    await pause(PAUSE_MS);
  }
}

/** Waits for the brokers of maps that get new topics, up to the timeout. */
async function waitForBrokers(
  config: TopicSyncConfig,
  { status, declarations: { topics } }: Inputs,
  { kafka, kubernetes, now, pause }: TopicSyncEdges,
): Promise<ClusterState> {
  // A cluster that has never answered is probably being created.
  const isFirstRun = status.data[STATUS_KEYS.lastRun] === undefined;
  const start = now();
  const timeout = config.brokerWaitTimeoutSeconds * 1000;
  const silentEnd = start + (isFirstRun ? FIRST_START_SECONDS * 1000 : timeout);
  let end: number | undefined;
  let lastReason = '';
  for (;;) {
    const { view, reason } = await lookAtBrokers(config, kafka);
    const isAnswered = view !== undefined && view.brokers.size > 0;
    const pods = isAnswered ? await kubernetes.pods() : undefined;
    const state = isAnswered ? { view, pods, settings: new Map(), cordoned: new Set<number>() } : undefined;
    const missing = state === undefined ? [] : missingBrokers({ topics, maps: config.maps, state });
    const waitsFor = missing.length > 0 ? `brokers ${missing.join(', ')}` : reason;
    // Brokers that start for the first time register one after another.
    const isOver =
      now() >= (state === undefined ? silentEnd : (end ??= (isFirstRun ? now() : start) + timeout));
    if (state !== undefined && (missing.length === 0 || isOver)) {
      if (missing.length > 0) {
        log.warn(`timeout, continuing with the live brokers; missing: ${missing.join(', ')}`);
      }
      return state;
    }
    if (isOver) {
      throw clusterUnreachable(config, `the run waited for ${reason}`);
    }
    // The number of addresses that refuse a connection changes while brokers start.
    const subject = state === undefined ? withoutNumbers(reason) : waitsFor;
    if (subject !== lastReason) {
      log.info(`waiting for ${waitsFor}`);
      lastReason = subject;
    }
    await pause(PAUSE_MS);
  }
}

async function lookAtBrokers(
  { bootstrapHost, internalListener }: TopicSyncConfig,
  kafka: KafkaTopics,
): Promise<{ readonly view?: ClusterView; readonly reason: string }> {
  const address = `${bootstrapHost}:${internalListener.port}`;
  try {
    return { view: await kafka.view(), reason: 'the first broker to register' };
  } catch (error) {
    return { reason: `a broker to answer at ${address}: ${reasonOf(error)}` };
  }
}

/** Cordoned brokers and sizes are asked for only if the plan depends on them. */
async function finalPlan(
  facts: RunFacts,
  kafka: KafkaTopics,
): Promise<{ readonly plan: TopicPlan; readonly memory: TopicMemory }> {
  const { state } = facts;
  const first = planRun(facts);
  const cordoned = placesReplicas(first.plan)
    ? await kafka.cordoned(state.view, state.view.brokers.keys())
    : state.cordoned;
  const { plan, memory } = cordoned.size === 0 ? first : planRun({ ...facts, state: { ...state, cordoned } });
  if (cordoned.size > 0) {
    log.info('nothing is placed on cordoned brokers', { brokers: [...cordoned].sort((a, b) => a - b) });
  }
  return { plan: { ...plan, moves: await withSizes(plan.moves, state.view, kafka) }, memory };
}

function placesReplicas({ create, addPartitions, moves }: TopicPlan): boolean {
  return [create, addPartitions, moves].some(({ length }) => length > 0);
}

function assertExpected(plan: TopicPlan, expected: string | undefined): void {
  const found = planDigest(plan);
  if (expected !== undefined && found !== expected) {
    throw new OperatorError(
      `the plan is ${found}, and ${expected} was to be applied: the cluster or the topic lists have changed`,
      'plan again, and apply that plan',
      EXIT.changed,
    );
  }
}

async function writeStatus(
  report: RunReport,
  status: StatusObject,
  memory: TopicMemory,
  { kubernetes, now }: TopicSyncEdges,
): Promise<void> {
  await recordEvents(report, status, kubernetes);
  try {
    await kubernetes.writeStatus(status, statusContent(report, memory, now()));
  } catch (error) {
    if (error instanceof ConflictError) {
      log.info('another run has written the status at the same time');
    } else {
      log.warn('the status cannot be written; the next run tries again', { reason: reasonOf(error) });
    }
  }
}
