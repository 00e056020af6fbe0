/*
 * The process of a simulated cluster: what it answers must not cost the time of whoever measures.
 */
import { MetadataResponses } from './responses';
import { caughtUpQuorum, startBrokers } from './broker';
import { logDirOf, healthyCluster, withLaggingBroker } from './cluster';

/** What the process is told, each time answered by `done`. */
export type SimulatorCommand =
  | { readonly serve: { readonly ports: readonly number[]; readonly partitions: number } }
  | { readonly behind: { readonly broker: number; readonly partitions: number } };

let healthy = healthyCluster({ ports: [], partitions: 0, partitionsPerTopic: 1, replicationFactor: 1 });
let metadata: MetadataResponses;

process.on('message', (order: SimulatorCommand) => void runCommand(order).then(() => process.send?.('done')));
process.on('disconnect', () => process.exit(0));

async function runCommand(order: SimulatorCommand): Promise<void> {
  if ('serve' in order) {
    const { ports, partitions } = order.serve;
    healthy = healthyCluster({ ports, partitions, partitionsPerTopic: 12, replicationFactor: 3 });
    metadata = new MetadataResponses(healthy);
    await startBrokers(ports, metadata, {
      quorum: () => caughtUpQuorum(healthy),
      logDirs: () => [logDirOf(healthy, healthy.brokers[0].id)],
    });
  } else {
    const { broker, partitions } = order.behind;
    metadata.setCluster(partitions === 0 ? healthy : withLaggingBroker(healthy, broker, partitions));
  }
}
