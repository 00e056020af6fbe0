import { ReplicaMove } from '../../agent/topics/plan/moves';

/** Formats reassignments for `kafka-reassign-partitions.sh --reassignment-json-file`. */
export function reassignmentJson(moves: readonly ReplicaMove[]): string {
  const partitions = moves.map(({ topic, partition, to }) => ({ topic, partition, replicas: to }));
  return JSON.stringify({ version: 1, partitions }, undefined, 2);
}
