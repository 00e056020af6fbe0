/*
 * Process of a simulated cluster. It is separate, so that its CPU time does not affect the measurement.
 */
import { MetadataResponses } from './responses';
import { caughtUpQuorum, startBrokers } from './broker';
import { logDirOf, healthyCluster, withLaggingBroker } from './cluster';

/** Commands of the process. Each is answered with `done`. */
export type SimulatorCommand =
  | { readonly serve: { readonly ports: readonly number[]; readonly partitions: number } }
  | { readonly outOfSync: { readonly broker: number; readonly partitions: number } };

let healthy = healthyCluster({ ports: [], partitions: 0, partitionsPerTopic: 1, replicationFactor: 1 });
let metadata: MetadataResponses;

process.on(
  'message',
  (command: SimulatorCommand) => void runCommand(command).then(() => process.send?.('done')),
);
process.on('disconnect', () => process.exit(0));

async function runCommand(command: SimulatorCommand): Promise<void> {
  if ('serve' in command) {
    const { ports, partitions } = command.serve;
    healthy = healthyCluster({ ports, partitions, partitionsPerTopic: 12, replicationFactor: 3 });
    metadata = new MetadataResponses(healthy);
    await startBrokers(ports, metadata, {
      quorum: () => caughtUpQuorum(healthy),
      logDirs: () => [logDirOf(healthy, healthy.brokers[0].id)],
    });
  } else {
    const { broker, partitions } = command.outOfSync;
    metadata.setCluster(partitions === 0 ? healthy : withLaggingBroker(healthy, broker, partitions));
  }
}
