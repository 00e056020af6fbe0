import { listPartitionReassignmentsV0 } from '@platformatic/kafka';
import { KafkaSession } from './connection';
import { partitionName } from './partition-name';

/** A running reassignment of a partition. */
export interface Reassignment {
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

const TIMEOUT_MS = 5_000;

/** Returns the running reassignments by `topic-partition`. The controller answers; in KRaft mode any broker asks it. */
export async function reassignments(session: KafkaSession): Promise<ReadonlyMap<string, Reassignment>> {
  const { topics } = await session.send(listPartitionReassignmentsV0.api, TIMEOUT_MS, null);
  return new Map(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, addingReplicas, removingReplicas }): [string, Reassignment] => [
        partitionName(name, partitionIndex),
        { adding: addingReplicas, removing: removingReplicas },
      ]),
    ),
  );
}

/** Returns replicas that running reassignments are adding: `topic-partition` to broker ids. */
export async function addingReplicas(session: KafkaSession): Promise<ReadonlyMap<string, readonly number[]>> {
  return new Map([...(await reassignments(session))].map(([name, { adding }]) => [name, adding]));
}
