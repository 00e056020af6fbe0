import { setTimeout as sleep } from 'node:timers/promises';
import { TopicSyncConfig } from '../../lib/seam/agent-config';
import { programBootstrap } from '../kafka/addresses';
import { KafkaTopics, kafkaTopics } from './kafka-topics';
import { KubernetesTopics, kubernetesTopics } from './kubernetes-topics';

/** The servers that a run talks to, and the time. */
export interface TopicSyncEdges {
  readonly kafka: KafkaTopics;
  readonly kubernetes: KubernetesTopics;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** The real servers of a run. */
export function realEdges(config: TopicSyncConfig, signal: AbortSignal): TopicSyncEdges {
  return {
    kafka: kafkaTopics(programBootstrap(config)),
    kubernetes: kubernetesTopics(config),
    now: () => Date.now(),
    pause: (ms) => sleep(ms, undefined, { signal }),
  };
}
