import { TopicSyncConfig } from '../../../lib/seam/agent-config';
import { topicSyncBootstrap } from '../../kafka/addresses';
import { KafkaUnavailable } from '../../kafka/connection';
import { EXIT, reasonOf } from '../../runtime/errors';
import { KafkaTopics, kafkaTopics } from '../kafka-topics';
import { KubernetesTopics, kubernetesTopics } from '../kubernetes-topics';
import { ClusterState } from '../plan/cluster-state';
import { operatorRequests } from '../status/operator-requests';
import { STATUS_KEYS } from '../status/status-keys';
import { clusterUnreachable, throwApiUnreachable } from '../unreachable';
import { snapshotLines } from './snapshot';

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
    kafka: kafkaTopics(topicSyncBootstrap(config)),
    kubernetes: kubernetesTopics(config),
    now: () => Date.now(),
  },
): Promise<number> {
  const state = await readState(kafka).catch((error: unknown) => {
    throw error instanceof KafkaUnavailable ? clusterUnreachable(config, reasonOf(error)) : error;
  });
  const pods = await kubernetes.pods();
  const lists = await kubernetes.lists().catch(throwApiUnreachable);
  const status = await kubernetes.status().catch(throwApiUnreachable);
  const takenAt = now();
  snapshotLines({
    clusterName: config.clusterName,
    takenAt,
    state: { ...state, pods },
    lists,
    memory: status.binaryData[STATUS_KEYS.memory],
    ...operatorRequests(status, takenAt),
  }).forEach((line) => process.stdout.write(`${line}\n`));
  return EXIT.ok;
}

async function readState(kafka: KafkaTopics): Promise<ClusterState> {
  const view = await kafka.view();
  const topics = [...view.topics].map((name) => ({ name }));
  const settings = await kafka.settings(view, topics);
  return { view, settings, cordoned: await kafka.cordoned(view, view.brokers.keys()) };
}
