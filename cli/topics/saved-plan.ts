/*
 * Plan in a file: `topics plan --save` writes it, and `topics apply --plan` reads it.
 */
import { ListProblem } from '../../agent/topics/lists/declarations';
import { planDigest } from '../../agent/topics/plan/plan-run';
import { TopicPlan } from '../../agent/topics/plan/topic-plan';
import { struct, text, wholeNumber } from '../kinds';
import { CommandError } from '../command-error';
import { checked, withoutByteOrderMark } from '../json';

/** Version of the file. */
const VERSION = 1;

/** A plan with its facts. */
export interface MadePlan {
  readonly cluster: string;
  readonly namespace: string;
  /** Time of the state that the plan is made for, in ISO 8601. */
  readonly takenAt: string;
  readonly plan: TopicPlan;
  /** Problems of the topic lists. */
  readonly problems: readonly ListProblem[];
}

interface PlanFile {
  readonly version: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly digest: string;
}

const VERSIONED = struct<Pick<PlanFile, 'version'>>({ version: wholeNumber });
const PLAN_FILE = struct<PlanFile>({ version: wholeNumber, cluster: text, namespace: text, digest: text });
const REMEDY = "write it with 'cdk8s-kafka topics plan --save'";

/** Formats a plan as JSON. */
export function planJson({ cluster, namespace, takenAt, plan, problems }: MadePlan): string {
  const file = { version: VERSION, cluster, namespace, takenAt, digest: planDigest(plan), plan, problems };
  return JSON.stringify(file, undefined, 2);
}

/**
 * Reads the digest of a saved plan.
 *
 * @throws CommandError if the file is not a plan of the cluster
 */
export function digestIn(
  path: string,
  content: string,
  { cluster, namespace }: { readonly cluster: string; readonly namespace: string },
): string {
  const saved = checked(() => planFileIn(path, content), {
    source: path,
    remedy: REMEDY,
    errorKind: 'data',
  });
  if (!/^[0-9a-f]{16}$/.test(saved.digest)) {
    throw new CommandError(
      `${path} is not valid: digest is '${saved.digest}', expected 16 hexadecimal digits; ${REMEDY}`,
      'data',
    );
  }
  if (saved.cluster !== cluster || saved.namespace !== namespace) {
    throw new CommandError(
      `${path} is a plan of cluster '${saved.cluster}' in namespace '${saved.namespace}', not of '${cluster}' in ` +
        `'${namespace}'; use the plan of that cluster`,
      'data',
    );
  }
  return saved.digest;
}

function planFileIn(path: string, content: string): PlanFile {
  const value: unknown = JSON.parse(withoutByteOrderMark(content));
  const { version } = VERSIONED(value, '');
  if (version !== VERSION) {
    throw new CommandError(
      `${path} is a plan of another version of cdk8s-kafka (${version}, this version reads ${VERSION}); ${REMEDY}`,
      'data',
    );
  }
  return PLAN_FILE(value, '');
}
