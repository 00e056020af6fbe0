/*
 * State of a cluster for a plan, from a Job or from a file.
 */
import { EXIT } from '../../agent/runtime/errors';
import { SnapshotVersionError, parseSnapshot, snapshotInLog } from './parse-snapshot';
import { Snapshot } from '../../agent/topics/snapshot/snapshot';
import { CommandError, ErrorKind } from '../command-error';
import { Origin, checked, withoutByteOrderMark } from '../json';
import { CommandEdges } from '../edges';
import { printLog, printWarnings } from './job-log';
import { runSyncJob } from './sync-job';

/** Cluster that a command is about. */
interface Target {
  readonly namespace: string;
  readonly cluster: string;
}

/** Kinds of errors by the exit code of a Job. With others the same command may succeed later. */
const JOB_ERRORS: Readonly<Record<number, ErrorKind>> = {
  [EXIT.usage]: 'data',
  [EXIT.data]: 'data',
  [EXIT.config]: 'missing',
};

/**
 * Reads the state of a cluster with a Job.
 *
 * @throws CommandError if the Job fails, or is of another version of this package
 */
export async function takeSnapshot(target: Target, edges: CommandEdges): Promise<Snapshot> {
  const { exitCode, log } = await runSyncJob(target, ['snapshot'], edges);
  if (exitCode !== 0) {
    printLog(log, edges.printError);
    throw new CommandError(
      `the state of the topics cannot be read (exit code ${exitCode}); see the log above`,
      JOB_ERRORS[exitCode] ?? 'unavailable',
    );
  }
  const snapshot = readSnapshot(() => snapshotInLog(log), {
    source: 'the snapshot in the log of the Job',
    remedy: 'apply the synthesized YAML of this version of cdk8s-kafka',
    errorKind: 'data',
    otherVersion: ({ isOlder }) =>
      `the topic synchronization in the cluster is from ${isOlder ? 'an older' : 'a newer'} version of cdk8s-kafka; ` +
      'apply the synthesized YAML of this version, or use the version of cdk8s-kafka that has synthesized the YAML',
  });
  if (snapshot === undefined) {
    printLog(log, edges.printError);
    throw new CommandError(
      'the log of the Job contains no complete snapshot; see the log above, and repeat the command',
      'unavailable',
    );
  }
  printWarnings(log, edges.printError);
  return snapshot;
}

/**
 * Reads a file that `topics snapshot` has written.
 *
 * @throws CommandError if it is not a snapshot of the cluster
 */
export function snapshotIn(path: string, content: string, { namespace, cluster }: Target): Snapshot {
  const remedy = "write it with 'cdk8s-kafka topics snapshot'";
  const snapshot = readSnapshot(() => parseSnapshot(withoutByteOrderMark(content)), {
    source: path,
    remedy,
    errorKind: 'data',
    otherVersion: ({ isOlder, message }) =>
      `${path} is from ${isOlder ? 'an older' : 'a newer'} version of cdk8s-kafka: ${message}; ${remedy} of this version`,
  });
  if (snapshot.clusterName !== cluster || snapshot.namespace !== namespace) {
    throw new CommandError(
      `${path} is a snapshot of cluster '${snapshot.clusterName}' in namespace '${snapshot.namespace}', not of '${cluster}' in ` +
        `'${namespace}'; use the snapshot of that cluster`,
      'data',
    );
  }
  return snapshot;
}

function readSnapshot<T>(
  read: () => T,
  { otherVersion, ...origin }: Origin & { readonly otherVersion: (error: SnapshotVersionError) => string },
): T {
  try {
    return checked(read, origin);
  } catch (error) {
    throw error instanceof SnapshotVersionError ? new CommandError(otherVersion(error), 'data') : error;
  }
}
