/*
 * Runs the topic synchronization as a Job, with the pod template of its CronJob: the cluster is reached with the identity of the
 * topic synchronization, and the caller needs only rights for Jobs, their pods and their logs.
 */
import { randomBytes } from 'node:crypto';
import { CommandError } from '../command-error';
import { Clock, Kubectl, CommandEdges } from '../edges';
import { CronJob, NamedJob, lastWarning, readCronJob, readJob, readPods } from './job-objects';
import { Progress, finishedIn, progressOf } from './job-progress';

/** A finished Job. */
export interface FinishedJob {
  readonly exitCode: number;
  readonly log: string;
}

type JobEdges = Clock & Pick<CommandEdges, 'kubectl' | 'printError'>;

const PAUSE_MS = 1_000;
/** The program of a Job has to start within this time. */
const START_TIMEOUT_MS = 120_000;
const KEPT_SECONDS = 600;

/**
 * Runs the program once, and returns its log and exit code. The Job is deleted afterwards.
 *
 * @param args arguments of the program, in addition to those of the CronJob
 * @throws CommandError if there is no CronJob, or the program does not start or does not end
 */
export async function runSyncJob(
  { namespace, cluster }: { readonly namespace: string; readonly cluster: string },
  args: readonly string[],
  edges: JobEdges,
): Promise<FinishedJob> {
  const cronJob = await readCronJob(namespace, `${cluster}-topics`, edges.kubectl);
  const job = { namespace, name: `${cluster}-topics-${randomBytes(4).toString('hex')}` };
  let isCreated = false;
  const run = async () => {
    const manifest = JSON.stringify(jobOf(cronJob, job, args));
    await edges.kubectl(['create', '--filename=-'], { input: manifest });
    isCreated = true;
    return finishedJob(job, cronJob.spec.jobTemplate.spec.template.spec.containers[0].name, edges);
  };
  const result = await run().catch((error: unknown) => ({ error }));
  const isInterrupted =
    'error' in result && result.error instanceof CommandError && result.error.kind === 'interrupted';
  // An interrupted request may have created the Job.
  const problem = isCreated || isInterrupted ? await deleteJob(job, edges.kubectl) : undefined;
  if (isInterrupted) {
    throw new CommandError(`interrupted; ${problem ?? `Job '${job.name}' is deleted`}`, 'interrupted');
  }
  if (problem !== undefined) {
    edges.printError(`cdk8s-kafka: ${problem}`);
  }
  if ('error' in result) {
    throw result.error;
  }
  return result;
}

/** The labels are those of the template: a tool that prunes objects by their labels would delete the Job with those of the CronJob. */
function jobOf({ spec }: CronJob, { namespace, name }: NamedJob, args: readonly string[]): object {
  const { metadata, spec: jobSpec } = spec.jobTemplate;
  const { template, ...job } = jobSpec;
  const [container, ...sidecars] = template.spec.containers;
  const changed = { ...container, args: [...(container.args ?? []), ...args] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels: metadata?.labels },
    spec: {
      ...job,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: { ...template, spec: { ...template.spec, containers: [changed, ...sidecars] } },
    },
  };
}

/** Deletes a Job. Returns what the caller has to do if that fails. */
async function deleteJob({ namespace, name }: NamedJob, kubectl: Kubectl): Promise<string | undefined> {
  const args = ['delete', `job/${name}`, `--namespace=${namespace}`];
  try {
    await kubectl([...args, '--wait=false', '--ignore-not-found'], { isCleanup: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    return `Job '${name}' cannot be deleted; delete it with: kubectl ${args.join(' ')}`;
  }
}

async function finishedJob(job: NamedJob, container: string, edges: JobEdges): Promise<FinishedJob> {
  const { namespace, name } = job;
  const { pod, exitCode, endedBy } = await waitForEnd(job, container, edges);
  if (endedBy !== undefined) {
    edges.printError(`cdk8s-kafka: Job '${name}' has ended with exit code ${exitCode}: ${endedBy}`);
  }
  const log = await edges.kubectl(['logs', pod, `--namespace=${namespace}`, `--container=${container}`]);
  return { exitCode, log };
}

async function waitForEnd(
  job: NamedJob,
  container: string,
  { kubectl, now, pause }: JobEdges,
): Promise<Extract<Progress, { kind: 'finished' }>> {
  let hasStarted = false;
  // A program that has started gets the time again, so that another pod can start.
  let waitingSince = now();
  for (;;) {
    // The Job first: a program can end in between, and its Job then fails because of its exit code.
    const found = await readJob(job, kubectl);
    const pods = await readPods(job, kubectl);
    const progress = finishedIn(pods, container) ?? progressOf(pods, found, container);
    if (progress.kind === 'finished') {
      return progress;
    }
    if (progress.kind === 'failed') {
      throw unavailable(`Job '${job.name}' has failed: ${progress.reason}; repeat the command`);
    }
    if (progress.kind === 'running') {
      hasStarted = true;
      waitingSince = now();
    } else if (now() - waitingSince >= START_TIMEOUT_MS) {
      throw hasStarted
        ? unavailable(
            `the pod of Job '${job.name}' was removed before its program has ended; repeat the command`,
          )
        : notStarted(job, progress.pod, progress.reason || (await lastWarning(job, progress.pod, kubectl)));
    }
    await pause(PAUSE_MS);
  }
}

function notStarted({ namespace, name }: NamedJob, pod: string | undefined, reason: string): CommandError {
  const problem =
    pod === undefined ? `Job '${name}' has no pod after` : `the pod of Job '${name}' has not started within`;
  const remedy =
    reason === '' ? `; check the Events of namespace '${namespace}'` : `: ${reason}; remove the cause`;
  return unavailable(`${problem} ${START_TIMEOUT_MS / 1000} s${remedy}, and repeat the command`);
}

function unavailable(message: string): CommandError {
  return new CommandError(message, 'unavailable');
}
