/*
 * Rolling restarts, as operators start them and wait for them.
 */
import { list, kubectl } from '../kubernetes/kubectl';
import { StatefulSet } from '../kubernetes/objects';
import { synthesize } from '../setup/manifest';
import { eventually } from '../waiting';
import { MapOutcome, Outcome, World } from '../world';

/** Longest time that a roll may take: each of its brokers may be held for a while, and recover its logs. */
export const ROLL_SECONDS = 1200;

/** The StatefulSet of controllers or ZooKeeper. */
export function metadataStatefulSet({ metadataPods }: Outcome): string {
  return metadataPods[0].replace(/-\d+$/, '');
}

/** Pods of a map in the order in which Kubernetes restarts them. */
export function rollingOrder({ statefulSet, brokerIds }: MapOutcome): string[] {
  return brokerIds.map((id) => `${statefulSet}-${id}`).reverse();
}

/** Restarts StatefulSets, all at the same time. */
export async function restart({ namespace }: Outcome, ...statefulSets: string[]): Promise<void> {
  const names = statefulSets.map((name) => `statefulset/${name}`);
  await kubectl(['rollout', 'restart', ...names, `--namespace=${namespace}`]);
}

/** Waits until all pods of StatefulSets are as their templates say, and ready. */
export async function untilRolled({ namespace }: Outcome, ...names: string[]): Promise<void> {
  await eventually(`${names.join(' and ')} rolled`, ROLL_SECONDS, async () => {
    const all = await list<StatefulSet>(['statefulsets', `--namespace=${namespace}`]);
    const found = all.filter(({ metadata }) => names.includes(metadata.name));
    const unfinished = found.filter((each) => !isRolled(each));
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

/** True if all pods of a StatefulSet are as its template says, and ready. */
export function isRolled({ metadata, spec, status = {} }: StatefulSet): boolean {
  const { replicas } = spec;
  const { observedGeneration, readyReplicas, updatedReplicas, currentRevision, updateRevision } = status;
  return (
    observedGeneration === metadata.generation &&
    readyReplicas === replicas &&
    currentRevision === updateRevision &&
    // Kubernetes leaves it out when there is nothing to update.
    (updatedReplicas ?? replicas) === replicas
  );
}

/** Applies the YAML of another revision of the chart, as it is. */
export async function applyRevision({ outcome }: World, revision: string): Promise<void> {
  const { file } = await synthesize(`${outcome.program} ${revision}`);
  await kubectl(['apply', `--filename=${file}`]);
}

/** Applies the YAML from before. */
export async function takeBack({ manifest }: World): Promise<void> {
  await kubectl(['apply', `--filename=${manifest.file}`]);
}
