/*
 * Runs the topic synchronization as a Job, with the pod template of its CronJob: the cluster is reached with the identity of the
 * topic synchronization, and the caller needs only the rights to create and read Jobs.
 */
import { randomBytes } from 'node:crypto';
import { CommandError } from '../command-error';

/** Runs kubectl with text for its standard input. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** Time and waiting. */
export interface Clock {
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** A finished Job. */
export interface FinishedJob {
  readonly exitCode: number;
  readonly log: string;
}

interface PodTemplate {
  readonly metadata?: object;
  readonly spec: { readonly containers: readonly { readonly args?: readonly string[] }[] };
}

interface CronJob {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly jobTemplate: {
      readonly metadata?: object;
      readonly spec: { readonly template: PodTemplate; readonly activeDeadlineSeconds?: number };
    };
  };
}

interface PodList {
  readonly items: readonly {
    readonly status?: {
      readonly phase?: string;
      readonly conditions?: readonly { readonly message?: string }[];
      readonly containerStatuses?: readonly {
        readonly state?: {
          readonly terminated?: { readonly exitCode: number };
          readonly waiting?: { readonly reason?: string; readonly message?: string };
        };
      }[];
    };
  }[];
}

const PAUSE_MS = 1_000;
/** The pod of a Job has to start within this time. */
const START_TIMEOUT_MS = 120_000;
const KEPT_SECONDS = 600;

/**
 * Runs the program once, and returns its log and exit code. The Job is deleted afterwards.
 *
 * @param args arguments of the program, in addition to those of the CronJob
 * @throws CommandError if there is no CronJob, or the pod does not start
 */
export async function runSyncJob(
  { namespace, cluster }: { readonly namespace: string; readonly cluster: string },
  args: readonly string[],
  kubectl: Kubectl,
  clock: Clock,
): Promise<FinishedJob> {
  const cronJob = await readCronJob(namespace, `${cluster}-topics`, kubectl);
  const name = `${cluster}-topics-${randomBytes(4).toString('hex')}`;
  await kubectl(['create', '--filename=-'], JSON.stringify(jobOf(cronJob, namespace, name, args)));
  try {
    const exitCode = await waitForExit(namespace, name, kubectl, clock);
    const log = await kubectl(['logs', `job/${name}`, `--namespace=${namespace}`]);
    return { exitCode, log };
  } finally {
    await kubectl([
      'delete',
      `job/${name}`,
      `--namespace=${namespace}`,
      '--wait=false',
      '--ignore-not-found',
    ]);
  }
}

async function readCronJob(namespace: string, name: string, kubectl: Kubectl): Promise<CronJob> {
  const output = await kubectl([
    'get',
    'cronjob',
    name,
    `--namespace=${namespace}`,
    '--ignore-not-found',
    '--output=json',
  ]);
  if (output.trim() === '') {
    throw new CommandError(
      `namespace '${namespace}' has no CronJob '${name}'; check --namespace and --cluster, and that the app has a TopicSyncCronJob`,
      'missing',
    );
  }
  return JSON.parse(output) as CronJob;
}

function jobOf(
  { metadata, spec }: CronJob,
  namespace: string,
  name: string,
  args: readonly string[],
): object {
  const { template, ...job } = spec.jobTemplate.spec;
  const [container, ...sidecars] = template.spec.containers;
  const changed = { ...container, args: [...(container.args ?? []), ...args] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels: metadata.labels },
    spec: {
      ...job,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: { ...template, spec: { ...template.spec, containers: [changed, ...sidecars] } },
    },
  };
}

async function waitForExit(namespace: string, name: string, kubectl: Kubectl, clock: Clock): Promise<number> {
  const end = clock.now() + START_TIMEOUT_MS;
  for (;;) {
    const output = await kubectl([
      'get',
      'pods',
      `--namespace=${namespace}`,
      `--selector=job-name=${name}`,
      '--output=json',
    ]);
    const [pod] = (JSON.parse(output) as PodList).items;
    const state = pod?.status?.containerStatuses?.[0]?.state;
    if (state?.terminated !== undefined) {
      return state.terminated.exitCode;
    }
    const isStarted = state !== undefined && state.waiting === undefined;
    if (!isStarted && clock.now() >= end) {
      const { reason, message } = state?.waiting ?? {};
      const why = [reason, message ?? pod?.status?.conditions?.find((one) => one.message)?.message]
        .filter(Boolean)
        .join(': ');
      throw new CommandError(
        `the pod of Job '${name}' has not started within ${START_TIMEOUT_MS / 1000} s${why === '' ? '' : `: ${why}`}`,
        'unavailable',
      );
    }
    await clock.pause(PAUSE_MS);
  }
}
