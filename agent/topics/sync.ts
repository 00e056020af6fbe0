/*
 * A run of the topic synchronization: reads the lists and the cluster, plans, and executes the plan.
 */
import { TopicSyncConfig } from '../../lib/seam/agent-config';
import { EXIT, OperatorError } from '../runtime/errors';
import { log } from '../runtime/log';
import { applyPlan } from './apply/apply-plan';
import { TopicSyncEdges, realEdges } from './edges';
import { KafkaTopics } from './kafka-topics';
import { StatusObject } from './kubernetes-topics';
import { Declarations, readDeclarations } from './lists/declarations';
import { OperatorRequests, RunFacts, planDigest, planRun } from './plan/plan-run';
import { NO_MEMORY, TopicMemory, withoutTopics } from './plan/prune';
import { TopicPlan } from './plan/topic-plan';
import { zoneWarnings } from './plan/zone-warnings';
import { readComparedSettings, withSizes } from './read-state';
import { logPlan, logReport } from './status/announce';
import { parseMemory } from './status/memory';
import { operatorRequests } from './status/operator-requests';
import { RunReport, evaluateRun } from './status/run-report';
import { STATUS_KEYS } from './status/status-keys';
import { isFirstRun, recordUnreachable, writeStatus } from './status/write-status';
import { throwApiUnreachable } from './unreachable';
import { waitForBrokers } from './wait-for-brokers';

const PAUSE_MS = 2_000;
/** Time within which a new cluster grants the rights of its topic synchronization. */
const RIGHTS_TIMEOUT_MS = 180_000;
const RIGHTS_PAUSE_MS = 5_000;
/** Age at which inputs are read again. */
const MAX_AGE_MS = 10_000;
/** Time until all ConfigMaps of one apply are there. */
const LISTS_TIMEOUT_MS = 30_000;

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
  options: RunOptions = {},
  edges: TopicSyncEdges = realEdges(config, signal),
): Promise<number> {
  const rightsEnd = edges.now() + RIGHTS_TIMEOUT_MS;
  for (let isFirst = true; ; isFirst = false) {
    const inputs = await readInputs(edges);
    const mayWaitForRights = isFirstRun(inputs.status) && edges.now() < rightsEnd;
    const report = await runOnce(config, inputs, { signal, options, edges, mayWaitForRights }).catch(
      async (error: unknown) => {
        if (error instanceof OperatorError && error.exitCode === EXIT.unavailable) {
          await recordUnreachable(error, inputs.status, edges);
        }
        throw error;
      },
    );
    if (!report.isUnauthorized || !mayWaitForRights) {
      return report.exitCode;
    }
    if (isFirst) {
      log.info('waiting for the rights of the topic synchronization, which a broker grants after its start');
    }
    await edges.pause(RIGHTS_PAUSE_MS);
  }
}

/** Constant inputs of a run. */
interface RunContext {
  readonly signal: AbortSignal;
  readonly options: RunOptions;
  readonly edges: TopicSyncEdges;
  /** True if the run is repeated after a missing right. */
  readonly mayWaitForRights: boolean;
}

async function runOnce(
  config: TopicSyncConfig,
  first: Inputs,
  { signal, options, edges, mayWaitForRights }: RunContext,
): Promise<RunReport> {
  const { kafka } = edges;
  const readAt = edges.now();
  const seen = await waitForBrokers(config, first.declarations.topics, isFirstRun(first.status), edges);
  // The wait can take an hour. Nothing is deleted because of an old list, or an acceptance that was withdrawn.
  const { status, declarations } = edges.now() - readAt < MAX_AGE_MS ? first : await readInputs(edges);
  const settings = await readComparedSettings(config, declarations.topics, seen.view, kafka);
  const facts = {
    ...config,
    declarations,
    state: { ...seen, ...settings },
    ...memoryOf(status, edges.now()),
  };
  const { plan, memory } = await finalPlan(facts, kafka);
  assertExpected(plan, options.expectedPlan);
  logPlan(plan);
  zoneWarnings(config.maps, declarations.topics, seen.view).forEach((warning) => log.warn(warning));
  const applied = await applyPlan(plan, kafka, signal);
  const report = evaluateRun(declarations, plan, applied);
  if (!report.isUnauthorized || !mayWaitForRights) {
    logReport(report);
    await writeStatus(report, status, withoutTopics(memory, applied.done.delete), edges);
  }
  return report;
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
      `the plan is ${found}, and ${expected} was to be applied: the cluster, the topic lists or the annotations of the status have ` +
        'changed, or a deletion has become due',
      'plan again, and apply that plan',
      EXIT.changed,
    );
  }
}
