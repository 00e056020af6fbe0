import { apply, getJson, kubectl } from '../kubernetes/kubectl';
import { CronJob, Job, Pod } from '../kubernetes/objects';
import { podsOf, untilEnded } from '../kubernetes/pods';
import { eventually } from '../waiting';
import { World } from '../world';

/** A line of the agent's log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Result of a run of the topic job. */
export interface JobRun {
  readonly exitCode: number;
  readonly lines: readonly LogLine[];
}

/** Last log line of a run, with the numbers of topics. */
const FINISHED = 'topic synchronization finished';

/** The Job of the applied YAML succeeds, which runs once for each change. */
export async function changeJobSucceeds({ expectations, manifest }: World): Promise<string> {
  const { namespace } = expectations;
  const [name] = manifest.objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
  return eventually<string>(`Job ${name} finished`, 300, async () => {
    const { status } = await getJson<Job>(['job', name, `--namespace=${namespace}`]);
    if ((status?.failed ?? 0) > 0) {
      throw new Error(
        `Job ${name} failed: ${await kubectl(['logs', `job/${name}`, `--namespace=${namespace}`])}`,
      );
    }
    return status?.succeeded === 1 ? { done: name } : { state: `it is active: ${status?.active ?? 0}` };
  });
}

/** A manual run of the CronJob succeeds. */
export async function topicJobSucceeds(world: World): Promise<string> {
  const run = await runTopicJob(world, 'e2e-topics-first');
  return summaryOf(run);
}

/** A second run changes nothing. */
export async function topicJobIsIdempotent(world: World): Promise<string> {
  const run = await runTopicJob(world, 'e2e-topics-again');
  const summary = summaryOf(run);
  const counts = run.lines.find(({ message }) => message === FINISHED);
  const changes = ['created', 'extended', 'changed', 'deleted', 'drift'].filter(
    (name) => counts?.[name] !== 0,
  );
  if (changes.length > 0) {
    throw new Error(`expected a run without changes: ${summary}`);
  }
  return summary;
}

/** Runs the job of the CronJob under another name, changed if wanted, and waits for its end. */
export async function runTopicJob(
  { expectations }: World,
  name: string,
  change: (spec: Job['spec']) => Job['spec'] = (spec) => spec,
): Promise<JobRun> {
  const { namespace, clusterName } = expectations;
  const within = `--namespace=${namespace}`;
  const cronJob = await getJson<CronJob>(['cronjob', `${clusterName}-topics`, within]);
  const { metadata, spec } = cronJob.spec.jobTemplate;
  await kubectl(['delete', 'job', name, within, '--ignore-not-found']);
  await apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...metadata, name, namespace },
    spec: change(spec),
  });
  const pod = await eventually<Pod>(`a pod of job ${name}`, 60, async () => {
    const [first] = await podsOf(namespace, `job-name=${name}`);
    return first ? { done: first } : { state: 'it does not exist' };
  });
  const ended = await untilEnded(namespace, pod.metadata.name, 420);
  const log = await kubectl(['logs', pod.metadata.name, within]);
  return {
    exitCode: ended.status.containerStatuses?.[0].state.terminated?.exitCode ?? -1,
    lines: linesOf(log),
  };
}

/** Lines of the agent's log, without other output. */
export function linesOf(log: string): LogLine[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}

function summaryOf({ exitCode, lines }: JobRun): string {
  const summary = lines.find(({ message }) => message === FINISHED);
  if (exitCode !== 0 || !summary) {
    throw new Error(`exit code ${exitCode}: ${lines.map(({ message }) => message).join('; ')}`);
  }
  const { declared, created, drift } = summary;
  return `declared ${String(declared)}, created ${String(created)}, drift ${String(drift)}`;
}
