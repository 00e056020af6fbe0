import { TopicSyncConfig } from '../../../lib/seam/agent-config';
import { topicSyncBootstrap } from '../../kafka/addresses';
import { EXIT } from '../../runtime/errors';
import { kafkaTopics } from '../kafka-topics';
import { kubernetesTopics } from '../kubernetes-topics';
import { operatorRequests } from '../status/operator-requests';
import { STATUS_KEYS } from '../status/status-content';
import { snapshotLines } from './snapshot';

/** Prints a snapshot of the cluster into the log. */
export async function printSnapshot(config: TopicSyncConfig): Promise<number> {
  const kafka = kafkaTopics(topicSyncBootstrap(config));
  const kubernetes = kubernetesTopics(config);
  const [view, pods, lists, status] = await Promise.all([
    kafka.view(),
    kubernetes.pods(),
    kubernetes.lists(),
    kubernetes.status(),
  ]);
  const settings = await kafka.settings(
    view,
    [...view.topics].map((name) => ({ name })),
  );
  const now = Date.now();
  snapshotLines({
    clusterName: config.clusterName,
    takenAt: now,
    state: { view, settings, pods, cordoned: await kafka.cordoned(view, view.brokers.keys()) },
    lists,
    memory: status.binaryData[STATUS_KEYS.memory],
    ...operatorRequests(status, now),
  }).forEach((line) => process.stdout.write(`${line}\n`));
  return EXIT.ok;
}
