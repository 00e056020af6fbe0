/*
 * `cdk8s-kafka topics`: shows what the topic synchronization would change, and makes exactly these changes.
 */
import { EXIT } from '../../agent/runtime/errors';
import { Declarations, readDeclarations } from '../../agent/topics/lists/declarations';
import { withBytes } from '../../agent/topics/plan/move-sizes';
import { planRun } from '../../agent/topics/plan/plan-run';
import { NO_MEMORY } from '../../agent/topics/plan/prune';
import { TopicPlan, hasDifferences } from '../../agent/topics/plan/topic-plan';
import { Snapshot, snapshotJson } from '../../agent/topics/snapshot/snapshot';
import { parseMemory } from '../../agent/topics/status/memory';
import { HOLD_SETTINGS_ANNOTATION } from '../../lib/seam/agent-config';
import { EXIT_CODES } from '../command-error';
import { PlanConfig, listsIn, planConfigIn } from './declared-topics';
import { Kubectl, CommandEdges } from '../edges';
import { printLog } from './job-log';
import { readObject } from '../kubectl-objects';
import { FindConfigMap, configMapFinder, configMapIn, configMapsIn } from './manifests';
import { reassignmentJson } from './reassignments';
import { renderPlan } from './render-plan';
import { digestIn, planJson } from './saved-plan';
import { snapshotIn, takeSnapshot } from './snapshots';
import { runSyncJob } from './sync-job';
import { TOPICS_USAGE, TopicsRequest, parseTopicsRequest } from './topics-request';

/** Exit code of `plan` if topics are not as declared. */
const DIFFERENT = 2;
/** Exit codes above it are those of programs that a signal has ended. */
const MAX_OWN_EXIT_CODE = 128;

type PlanRequest = Extract<TopicsRequest, { command: 'plan' }>;
type ApplyRequest = Extract<TopicsRequest, { command: 'apply' }>;

/**
 * Runs a command, and returns its exit code.
 *
 * @throws CommandError with the reason why it could not run
 */
export async function topicsCommand(args: readonly string[], edges: CommandEdges): Promise<number> {
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

async function plan(request: PlanRequest, edges: CommandEdges): Promise<number> {
  const { namespace, cluster } = request;
  const { find, source } = await declared(request, edges);
  const config = planConfigIn(find, request, source);
  const snapshot =
    request.snapshot === undefined
      ? await takeSnapshot(request, edges)
      : snapshotIn(request.snapshot, await edges.readFile(request.snapshot), request);
  const declarations = readDeclarations(listsIn(config, find, snapshot.lists));
  const { problems } = declarations;
  const made = planOf(config, declarations, snapshot);
  const takenAt = new Date(snapshot.takenAt).toISOString();
  const json = planJson({ cluster, namespace, takenAt, plan: made, problems });
  if (request.save !== undefined) {
    await edges.writeFile(request.save, `${json}\n`);
  }
  if (request.isJson) {
    edges.print(json);
  } else {
    const state = request.snapshot === undefined ? [] : [`State of ${takenAt.replace(/\.\d+Z$/, 'Z')}.`];
    [...state, ...renderPlan(cluster, made, problems)].forEach(edges.print);
  }
  await saveReassignments(request, made, edges);
  return hasDifferences(made) || problems.length > 0 ? DIFFERENT : 0;
}

/** The plan of a run at the time of the snapshot: ages and acceptances are those of that time. */
function planOf(
  { maps, drift, prune }: PlanConfig,
  declarations: Declarations,
  { memory, takenAt, sizes, ...snapshot }: Snapshot,
): TopicPlan {
  const known = parseMemory(memory) ?? NO_MEMORY;
  const { plan: made } = planRun({
    ...snapshot,
    maps,
    drift,
    prune,
    declarations,
    memory: known,
    now: takenAt,
  });
  return { ...made, moves: withBytes(made.moves, sizes) };
}

async function saveReassignments(
  { reassignments: path, isJson }: PlanRequest,
  { moves }: TopicPlan,
  { writeFile, print, printError }: CommandEdges,
): Promise<void> {
  if (path === undefined) {
    return;
  }
  // Programs read JSON from standard output.
  const note = isJson ? printError : print;
  if (moves.length === 0) {
    note(`No partition has to be reassigned, so ${path} is not written.`);
    return;
  }
  await writeFile(path, `${reassignmentJson(moves)}\n`);
  note(`The reassignments are in ${path}.`);
}

async function declared(
  { manifests, namespace, cluster }: PlanRequest,
  { kubectl, readYaml }: CommandEdges,
): Promise<{ readonly find: FindConfigMap; readonly source: string }> {
  if (manifests !== undefined) {
    const found = configMapsIn(await readYaml(manifests));
    return { find: configMapFinder(found, namespace), source: manifests };
  }
  const source = 'the Kubernetes cluster';
  const args = ['configmap', `${cluster}-topics`, `--namespace=${namespace}`];
  const found = await readObject(args, (object: unknown) => configMapIn(object, source), kubectl);
  return { find: configMapFinder(found ?? [], namespace), source };
}

async function apply(request: ApplyRequest, edges: CommandEdges): Promise<number> {
  const { plan: path } = request;
  const digest = path === undefined ? undefined : digestIn(path, await edges.readFile(path), request);
  const args = digest === undefined ? [] : [`--expected-plan=${digest}`];
  const { exitCode, log } = await runSyncJob(request, args, edges);
  printLog(log, edges.print);
  if (exitCode === EXIT.changed) {
    edges.printError(
      'cdk8s-kafka: a plan also changes when a topic becomes due for deletion, when settings cannot be read, and with the ' +
        `annotation ${HOLD_SETTINGS_ANNOTATION}`,
    );
  }
  return exitCode > MAX_OWN_EXIT_CODE ? EXIT_CODES.unavailable : exitCode;
}
