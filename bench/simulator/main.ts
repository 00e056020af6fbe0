/*
 * The process of a simulated cluster: what it answers must not cost the time of whoever measures.
 */
import { MetadataAnswers } from './answers';
import { levelQuorum, startBrokers } from './broker';
import { logDirOf, wellCluster, withBehind } from './cluster';

/** What the process is told, each time answered by `done`. */
export type Order =
  | { readonly serve: { readonly ports: readonly number[]; readonly partitions: number } }
  | { readonly behind: { readonly broker: number; readonly partitions: number } };

let well = wellCluster({ ports: [], partitions: 0, partitionsPerTopic: 1, replicationFactor: 1 });
let metadata: MetadataAnswers;

process.on('message', (order: Order) => void obey(order).then(() => process.send?.('done')));
process.on('disconnect', () => process.exit(0));

async function obey(order: Order): Promise<void> {
  if ('serve' in order) {
    const { ports, partitions } = order.serve;
    well = wellCluster({ ports, partitions, partitionsPerTopic: 12, replicationFactor: 3 });
    metadata = new MetadataAnswers(well);
    await startBrokers(ports, metadata, {
      quorum: () => levelQuorum(well),
      logDirs: () => [logDirOf(well, well.brokers[0].id)],
    });
  } else {
    const { broker, partitions } = order.behind;
    metadata.tell(partitions === 0 ? well : withBehind(well, broker, partitions));
  }
}
