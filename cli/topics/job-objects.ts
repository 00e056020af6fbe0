/*
 * Objects of a Job, as kubectl returns them.
 */
import { Kind, listOf, optional, struct, text, wholeNumber } from '../kinds';
import { CommandError } from '../command-error';
import { Kubectl } from '../edges';
import { Job, Pod, textOf } from './job-progress';
import { readObject } from '../kubectl-objects';

/** Name of a Job. */
export interface NamedJob {
  readonly namespace: string;
  readonly name: string;
}

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
}

/** A CronJob: fields that are read; the others are copied. */
export interface CronJob {
  readonly spec: {
    readonly jobTemplate: {
      readonly metadata?: { readonly labels?: object };
      readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
    };
  };
}

const CONTAINERS = listOf(struct<Container>({ name: text, args: optional(listOf(text)) }));
const TEMPLATE = struct({ spec: struct({ containers: CONTAINERS }) });
const CRON_JOB_FIELDS = struct({
  spec: struct({ jobTemplate: struct({ spec: struct({ template: TEMPLATE }) }) }),
});

const CRON_JOB: Kind<CronJob> = (value, path) => {
  CRON_JOB_FIELDS(value, path);
  return value as CronJob;
};

const STATE_TEXTS = { reason: optional(text), message: optional(text) };
const CONDITIONS = optional(listOf(struct({ type: optional(text), status: optional(text), ...STATE_TEXTS })));
const STATUSES = optional(
  listOf(
    struct({
      name: text,
      state: optional(
        struct({
          running: optional((value: unknown) => Object(value) as object),
          terminated: optional(struct({ exitCode: wholeNumber, ...STATE_TEXTS })),
          waiting: optional(struct(STATE_TEXTS)),
        }),
      ),
    }),
  ),
);
const POD_STATUS = struct({
  phase: optional(text),
  ...STATE_TEXTS,
  conditions: CONDITIONS,
  initContainerStatuses: STATUSES,
  containerStatuses: STATUSES,
});
const PODS: Kind<{ readonly items: readonly Pod[] }> = struct({
  items: listOf(struct({ metadata: struct({ name: text }), status: optional(POD_STATUS) })),
});
const JOB: Kind<Job> = struct({ status: optional(struct({ conditions: CONDITIONS })) });
const EVENTS = struct({ items: listOf(struct({ type: optional(text), ...STATE_TEXTS })) });

/**
 * Reads a CronJob.
 *
 * @throws CommandError if it does not exist
 */
export async function readCronJob(namespace: string, name: string, kubectl: Kubectl): Promise<CronJob> {
  const found = await readObject(['cronjob', name, `--namespace=${namespace}`], CRON_JOB, kubectl);
  if (found === undefined) {
    throw new CommandError(
      `namespace '${namespace}' has no CronJob '${name}'; check --namespace and --cluster, and that the app has a TopicSyncCronJob`,
      'missing',
    );
  }
  return found;
}

/** Reads the pods of a Job. */
export async function readPods({ namespace, name }: NamedJob, kubectl: Kubectl): Promise<readonly Pod[]> {
  const args = ['pods', `--namespace=${namespace}`, `--selector=job-name=${name}`];
  return (await readObject(args, PODS, kubectl))?.items ?? [];
}

/** Reads a Job; undefined if it does not exist. */
export async function readJob({ namespace, name }: NamedJob, kubectl: Kubectl): Promise<Job | undefined> {
  return readObject(['job', name, `--namespace=${namespace}`], JOB, kubectl);
}

/** Last warning about a pod or, without one, about its Job. Callers may have no right to list Events. */
export async function lastWarning(
  { namespace, name }: NamedJob,
  pod: string | undefined,
  kubectl: Kubectl,
): Promise<string> {
  const selector = `--field-selector=type=Warning,involvedObject.name=${pod ?? name}`;
  try {
    const found = await readObject(['events', `--namespace=${namespace}`, selector], EVENTS, kubectl);
    return textOf(found?.items.at(-1) ?? {});
  } catch (error) {
    if (error instanceof CommandError && error.kind === 'unavailable') {
      return '';
    }
    throw error;
  }
}
