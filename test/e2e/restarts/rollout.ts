/*
 * Rolling restarts with the commands of operators.
 */
import { list, kubectl } from '../kubernetes/kubectl';
import { StatefulSet } from '../kubernetes/objects';
import { synthesize } from '../setup/manifest';
import { eventually } from '../waiting';
import { ExpectedMap, Expectations, World } from '../world';

/** Timeout of a rollout. The stop of each broker can be delayed, and each broker can need log recovery. */
export const ROLLOUT_SECONDS = 1200;

/** The StatefulSet of controllers or ZooKeeper. */
export function metadataStatefulSet({ metadataPods }: Expectations): string {
  return metadataPods[0].replace(/-\d+$/, '');
}

/** Pods of a map in the order in which Kubernetes restarts them. */
export function rolloutOrder({ statefulSet, brokerIds }: ExpectedMap): string[] {
  return brokerIds.map((id) => `${statefulSet}-${id}`).reverse();
}

/** Restarts StatefulSets at the same time. */
export async function restart({ namespace }: Expectations, ...statefulSets: string[]): Promise<void> {
  const names = statefulSets.map((name) => `statefulset/${name}`);
  await kubectl(['rollout', 'restart', ...names, `--namespace=${namespace}`]);
}

/** Waits until all pods of StatefulSets have the current revision and are ready. */
export async function untilRolledOut({ namespace }: Expectations, ...names: string[]): Promise<void> {
  await eventually(`${names.join(' and ')} rolled`, ROLLOUT_SECONDS, async () => {
    const all = await list<StatefulSet>(['statefulsets', `--namespace=${namespace}`]);
    const found = all.filter(({ metadata }) => names.includes(metadata.name));
    const unfinished = found.filter((each) => !isRolledOut(each));
    return found.length === names.length && unfinished.length === 0
      ? { done: undefined }
      : {
          state: unfinished
            .map(({ metadata, spec, status }) => {
              const { updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
              return `${metadata.name}: ${updatedReplicas} new and ${readyReplicas} ready of ${spec.replicas}`;
            })
            .join(', '),
        };
  });
}

/** True if all pods of a StatefulSet have the current revision and are ready. */
export function isRolledOut({ metadata, spec, status = {} }: StatefulSet): boolean {
  const { replicas } = spec;
  const { observedGeneration, readyReplicas, updatedReplicas, currentRevision, updateRevision } = status;
  return (
    observedGeneration === metadata.generation &&
    readyReplicas === replicas &&
    currentRevision === updateRevision &&
    // Kubernetes omits the field if there is nothing to update.
    (updatedReplicas ?? replicas) === replicas
  );
}

/** Applies the YAML of another revision of the chart. */
export async function applyRevision({ expectations }: World, revision: string): Promise<void> {
  const { file } = await synthesize(`${expectations.program} ${revision}`);
  await kubectl(['apply', `--filename=${file}`]);
}

/** Applies the original YAML. */
export async function applyOriginal({ manifest }: World): Promise<void> {
  await kubectl(['apply', `--filename=${manifest.file}`]);
}
