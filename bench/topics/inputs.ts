/* Inputs of the benches of the topic synchronization. */
import { TopicSyncConfig } from '../../lib/seam/agent-config';
import { ClusterView } from '../../agent/kafka/cluster-view';
import { Address } from '../../agent/kafka/connection';
import { kafkaTopics } from '../../agent/topics/kafka-topics';
import { KubernetesTopics } from '../../agent/topics/kubernetes-topics';
import { syncTopics } from '../../agent/topics/sync';
import { topicSyncConfig } from '../../test/agent/configs';

/** Time limit of a request that no product code sends, in milliseconds. */
export const DEADLINE_MS = 60_000;

/** Settings of each topic. */
export const CONFIG = { 'retention.ms': '86400000', 'min.insync.replicas': '2' };

/** Topics of a list. */
export function topicsOf(count: number, partitions: number, replicationFactor = 3) {
  return Array.from({ length: count }, (_, index) => ({
    name: `bench.${String(index).padStart(5, '0')}`,
    partitions,
    replicationFactor,
    config: CONFIG,
  }));
}

/** Configuration with one map that has all brokers. */
export function configOf({ brokers }: Pick<ClusterView, 'brokers'>): TopicSyncConfig {
  const ids = [...brokers.keys()].sort((a, b) => a - b);
  return topicSyncConfig({
    maps: [
      { name: 'main', patterns: ['bench\\..*'], brokerIds: { first: ids[0], last: ids[ids.length - 1] } },
    ],
  });
}

/** Runs the topic synchronization once, against a real cluster. */
export async function synchronize(
  address: Address,
  config: TopicSyncConfig,
  topics: readonly object[],
): Promise<void> {
  const edges = {
    kafka: kafkaTopics(address),
    kubernetes: kubernetesWith(topics),
    now: () => Date.now(),
    pause: async () => undefined,
  };
  const code = await syncTopics(config, new AbortController().signal, {}, edges);
  if (code !== 0) {
    throw new Error(`the topic synchronization ended with exit code ${code}`);
  }
}

/** A Kubernetes API with one topic list. */
function kubernetesWith(topics: readonly object[]): KubernetesTopics {
  const list = { namespace: 'kafka', configMapName: 'list' };
  const files = [{ name: 'list', text: JSON.stringify(topics) }];
  return {
    lists: async () => [{ list, files, missing: [] }],
    pods: async () => undefined,
    status: async () => ({ annotations: {}, data: {}, binaryData: {}, resourceVersion: '1' }),
    writeStatus: async () => undefined,
    event: async () => undefined,
  };
}
