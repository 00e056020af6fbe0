import { partitionName } from '../../kafka/partition-name';
import { ReplicaMove } from './moves';

/**
 * Adds the bytes that reassignments copy.
 *
 * @param sizes bytes of a partition by its name, as far as they are known
 */
export function withBytes(moves: readonly ReplicaMove[], sizes: ReadonlyMap<string, number>): ReplicaMove[] {
  return moves.map((move) => {
    const size = sizes.get(partitionName(move.topic, move.partition));
    const copies = move.to.filter((id) => !move.from.includes(id)).length;
    return size === undefined ? move : { ...move, bytes: size * copies };
  });
}
