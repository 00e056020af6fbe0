import { TopicSyncConfig } from '../../../lib/seam/agent-config';
import { programBootstrap } from '../../kafka/addresses';
import { ClusterView, PartitionView } from '../../kafka/cluster-view';
import { KafkaUnavailable } from '../../kafka/connection';
import { partitionName } from '../../kafka/partition-name';
import { EXIT, reasonOf } from '../../runtime/errors';
import { KafkaTopics, kafkaTopics } from '../kafka-topics';
import { KubernetesTopics, kubernetesTopics } from '../kubernetes-topics';
import { ClusterState } from '../plan/cluster-state';
import { operatorRequests } from '../status/operator-requests';
import { STATUS_KEYS } from '../status/status-keys';
import { clusterUnreachable, throwApiUnreachable } from '../unreachable';
import { Snapshot, snapshotLines } from './snapshot';

/** The servers of a snapshot. */
export interface SnapshotEdges {
  readonly kafka: KafkaTopics;
  readonly kubernetes: KubernetesTopics;
  readonly now: () => number;
}

/**
 * Prints a snapshot of the cluster into the log.
 *
 * @returns exit code
 * @throws OperatorError if Kafka or the API server does not answer
 */
export async function printSnapshot(
  config: TopicSyncConfig,
  { kafka, kubernetes, now }: SnapshotEdges = {
    kafka: kafkaTopics(programBootstrap(config)),
    kubernetes: kubernetesTopics(config),
    now: () => Date.now(),
  },
): Promise<number> {
  const { sizes, ...state } = await readState(kafka).catch((error: unknown) => {
    throw error instanceof KafkaUnavailable ? clusterUnreachable(config, reasonOf(error)) : error;
  });
  const pods = await kubernetes.pods();
  const lists = await kubernetes.lists().catch(throwApiUnreachable);
  const status = await kubernetes.status().catch(throwApiUnreachable);
  const takenAt = now();
  snapshotLines({
    clusterName: config.clusterName,
    namespace: config.namespace,
    takenAt,
    state: { ...state, pods },
    sizes,
    lists,
    memory: status.binaryData[STATUS_KEYS.memory],
    ...operatorRequests(status, takenAt),
  }).forEach((line) => process.stdout.write(`${line}\n`));
  return EXIT.ok;
}

async function readState(kafka: KafkaTopics): Promise<ClusterState & Pick<Snapshot, 'sizes'>> {
  const view = await kafka.view();
  const topics = [...view.topics].map((name) => ({ name }));
  const settings = await kafka.settings(view, topics);
  const cordoned = await kafka.cordoned(view, view.brokers.keys());
  return { view, settings, cordoned, sizes: await readSizes(view, kafka) };
}

/** Asks the leaders, and other replicas for the partitions of brokers that do not answer. */
async function readSizes(view: ClusterView, kafka: KafkaTopics): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const silent = new Set<number>();
  let open = view.partitions;
  while (open.length > 0) {
    const asked = open.flatMap((partition) => {
      const broker = brokersOf(partition, view).find((id) => !silent.has(id));
      return broker === undefined ? [] : [{ topic: partition.topic, partition: partition.index, broker }];
    });
    const found = await kafka.sizes(view, asked);
    found.forEach((bytes, name) => sizes.set(name, bytes));
    const isFound = (topic: string, index: number) => found.has(partitionName(topic, index));
    const answering = new Set(
      asked.filter(({ topic, partition }) => isFound(topic, partition)).map(({ broker }) => broker),
    );
    const others = asked.filter(({ broker }) => !answering.has(broker));
    others.forEach(({ broker }) => silent.add(broker));
    const names = new Set(others.map(({ topic, partition }) => partitionName(topic, partition)));
    open = open.filter(({ topic, index }) => names.has(partitionName(topic, index)));
  }
  return sizes;
}

/** Live brokers with a replica, the leader first. */
function brokersOf({ leader, replicas }: PartitionView, { brokers }: ClusterView): number[] {
  return [leader, ...replicas].filter((id) => brokers.has(id));
}
