/*
 * `cdk8s-kafka topics`: shows what the topic synchronization would change, and makes exactly these changes.
 */
import { EXIT } from '../../agent/runtime/errors';
import { Declarations, readDeclarations } from '../../agent/topics/lists/declarations';
import { planDigest, planRun } from '../../agent/topics/plan/plan-run';
import { NO_MEMORY } from '../../agent/topics/plan/prune';
import { TopicPlan, hasChanges } from '../../agent/topics/plan/topic-plan';
import { parseSnapshot, snapshotInLog } from '../../agent/topics/snapshot/parse-snapshot';
import { Snapshot, isSnapshotLine, snapshotJson } from '../../agent/topics/snapshot/snapshot';
import { parseMemory } from '../../agent/topics/status/memory';
import { TopicSyncConfig } from '../../lib/seam/agent-config';
import { CommandError, ErrorKind } from '../command-error';
import { ConfigMap, configMapsIn, listsIn, syncConfigIn } from './manifests';
import { renderPlan } from './render-plan';
import { Kubectl, TopicsEdges } from './edges';
import { FinishedJob, runSyncJob } from './sync-job';
import { TOPICS_USAGE, TopicsRequest, parseTopicsRequest } from './topics-request';

/** Exit code of `plan` if topics are not as declared. */
const DIFFERENT = 2;
/** Version of the file that `plan --save` writes. */
const VERSION = 1;
/** Kinds of errors by the exit code of a Job. With others the same command may succeed later. */
const JOB_ERRORS: Readonly<Record<number, ErrorKind>> = {
  [EXIT.usage]: 'data',
  [EXIT.data]: 'data',
  [EXIT.config]: 'missing',
};

interface SavedPlan {
  readonly version: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly digest: string;
  readonly plan: TopicPlan;
}

type PlanRequest = Extract<TopicsRequest, { command: 'plan' }>;
type ApplyRequest = Extract<TopicsRequest, { command: 'apply' }>;

/**
 * Runs a command, and returns its exit code.
 *
 * @throws CommandError with the reason why it could not run
 */
export async function topicsCommand(args: readonly string[], edges: TopicsEdges): Promise<number> {
  const request = parseTopicsRequest(args);
  if (request.command === 'help') {
    edges.print(TOPICS_USAGE);
    return 0;
  }
  const { context } = request;
  const kubectl: Kubectl = (rest, options) =>
    edges.kubectl([...(context === undefined ? [] : [`--context=${context}`]), ...rest], options);
  switch (request.command) {
    case 'plan':
      return plan(request, { ...edges, kubectl });
    case 'apply':
      return apply(request, { ...edges, kubectl });
    case 'snapshot':
      await edges.writeFile(request.save, snapshotJson(await takeSnapshot(request, { ...edges, kubectl })));
      edges.print(`The snapshot is in ${request.save}.`);
      return 0;
  }
}

async function plan(request: PlanRequest, edges: TopicsEdges): Promise<number> {
  const { namespace, cluster } = request;
  const { configMaps, source } = await declared(request, edges);
  const config = syncConfigIn(configMaps, request, source);
  const snapshot = await snapshotOf(request, edges);
  const declarations = readDeclarations(listsIn(config, configMaps, snapshot.lists));
  const made = planOf(config, declarations, snapshot, edges.now());
  const saved: SavedPlan = { version: VERSION, cluster, namespace, digest: planDigest(made), plan: made };
  const json = JSON.stringify({ ...saved, problems: declarations.problems }, undefined, 2);
  if (request.save !== undefined) {
    await edges.writeFile(request.save, `${json}\n`);
  }
  (request.isJson ? [json] : renderPlan(cluster, made, declarations.problems)).forEach(edges.print);
  return isAsDeclared(made, declarations) ? 0 : DIFFERENT;
}

function planOf(
  { maps, drift, prune }: TopicSyncConfig,
  declarations: Declarations,
  { memory, ...snapshot }: Snapshot,
  now: number,
): TopicPlan {
  const known = parseMemory(memory) ?? NO_MEMORY;
  return planRun({ ...snapshot, maps, drift, prune, declarations, memory: known, now }).plan;
}

function isAsDeclared(made: TopicPlan, { problems }: Declarations): boolean {
  const findings = [made.drift, made.waiting, made.refused, problems];
  return !hasChanges(made) && findings.every(({ length }) => length === 0);
}

async function declared(
  { manifests, namespace, cluster }: PlanRequest,
  { kubectl, readYaml }: TopicsEdges,
): Promise<{ readonly configMaps: readonly ConfigMap[]; readonly source: string }> {
  if (manifests !== undefined) {
    return { configMaps: configMapsIn(await readYaml(manifests)), source: manifests };
  }
  const name = `${cluster}-topics`;
  const output = await kubectl([
    'get',
    'configmap',
    name,
    `--namespace=${namespace}`,
    '--ignore-not-found',
    '--output=json',
  ]);
  const configMaps = output.trim() === '' ? [] : [JSON.parse(output) as ConfigMap];
  return { configMaps, source: `the Kubernetes cluster` };
}

async function snapshotOf(request: PlanRequest, edges: TopicsEdges): Promise<Snapshot> {
  if (request.snapshot === undefined) {
    return takeSnapshot(request, edges);
  }
  const snapshot = parsed(request.snapshot, await edges.readFile(request.snapshot), parseSnapshot);
  if (snapshot.clusterName !== request.cluster) {
    throw new CommandError(
      `${request.snapshot} is a snapshot of cluster '${snapshot.clusterName}', and --cluster is '${request.cluster}'`,
      'data',
    );
  }
  return snapshot;
}

async function takeSnapshot(
  request: { readonly namespace: string; readonly cluster: string },
  edges: TopicsEdges,
): Promise<Snapshot> {
  const { exitCode, log } = await runSyncJob(request, ['snapshot'], edges);
  const snapshot = exitCode === 0 ? snapshotInLog(log) : undefined;
  if (snapshot === undefined) {
    printLog(log, edges.printError);
    throw new CommandError(
      `the state of the topics cannot be read (exit code ${exitCode}); see the log above`,
      JOB_ERRORS[exitCode] ?? 'unavailable',
    );
  }
  return snapshot;
}

async function apply(request: ApplyRequest, edges: TopicsEdges): Promise<number> {
  const args = request.plan === undefined ? [] : [`--expected-plan=${await digestIn(request, edges)}`];
  const job: FinishedJob = await runSyncJob(request, args, edges);
  printLog(job.log, edges.print);
  return job.exitCode;
}

async function digestIn(
  { plan: path, cluster, namespace }: ApplyRequest,
  edges: TopicsEdges,
): Promise<string> {
  const saved = parsed(path!, await edges.readFile(path!), (text) => JSON.parse(text) as SavedPlan);
  if (saved?.version !== VERSION || !/^[0-9a-f]{16}$/.test(saved.digest)) {
    throw new CommandError(
      `${path} is not a plan of this version; write it with 'cdk8s-kafka topics plan --save'`,
      'data',
    );
  }
  if (saved.cluster !== cluster || saved.namespace !== namespace) {
    throw new CommandError(
      `${path} is a plan of cluster '${saved.cluster}' in namespace '${saved.namespace}', not of '${cluster}' in '${namespace}'`,
      'data',
    );
  }
  return saved.digest;
}

function parsed<T>(path: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${(error as Error).message}`, 'data');
  }
}

/** Prints the messages of a log, whose lines are JSON. */
function printLog(log: string, print: (line: string) => void): void {
  for (const line of log.split('\n').filter((text) => text !== '' && !isSnapshotLine(text))) {
    print(messageOf(line));
  }
}

function messageOf(line: string): string {
  try {
    const { level, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const others = Object.entries(fields).filter(([key]) => key !== 'time');
    const details = others.map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const text = [String(message), ...details].join(' ');
    return level === 'info' ? text : `${String(level)}: ${text}`;
  } catch {
    return line;
  }
}
