import { DeclaredTopicConfig, FIRST_START_SECONDS, TopicSyncConfig } from '../../lib/seam/agent-config';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { formatDuration } from '../text/duration';
import { withoutNumbers } from '../text/without-numbers';
import { TopicSyncEdges } from './edges';
import { KafkaTopics, TargetView } from './kafka-topics';
import { missingBrokers } from './plan/awaited-brokers';
import { ClusterState } from './plan/cluster-state';
import { clusterUnreachable } from './unreachable';

const PAUSE_MS = 2_000;
/** Time within which all pods of a new cluster start. Images are pulled, and nodes are added. */
const FIRST_PODS_TIMEOUT_MS = 600_000;

/**
 * Waits for the brokers of maps that get new topics, up to the timeout.
 *
 * @param isFirst true if the cluster may be about to be created
 * @throws OperatorError if no broker answers
 */
export async function waitForBrokers(
  config: TopicSyncConfig,
  topics: readonly DeclaredTopicConfig[],
  isFirst: boolean,
  { kafka, kubernetes, now, pause }: TopicSyncEdges,
): Promise<ClusterState> {
  const start = now();
  const timeout = config.brokerWaitTimeoutSeconds * 1000;
  const silentEnd = start + (isFirst ? FIRST_START_SECONDS * 1000 : timeout);
  let answeredAt: number | undefined;
  let lastReason = '';
  for (;;) {
    const { view, reason } = await lookAtBrokers(config, kafka);
    const isAnswered = view !== undefined && view.brokers.size > 0;
    const pods = isAnswered ? await kubernetes.pods() : undefined;
    const state = isAnswered ? { view, pods, settings: new Map(), cordoned: new Set<number>() } : undefined;
    const missing = state === undefined ? [] : missingBrokers({ topics, maps: config.maps, state });
    const names = missing.map((broker) => `${broker.id} (${broker.reason})`).join(', ');
    const waitsFor = missing.length > 0 ? `brokers ${names}` : reason;
    answeredAt ??= state === undefined ? undefined : now();
    // Brokers that start for the first time register one after another.
    const patience = isFirst && missing.some(({ hasPod }) => hasPod) ? FIRST_PODS_TIMEOUT_MS : timeout;
    const end =
      answeredAt === undefined ? silentEnd : (isFirst ? answeredAt : start) + Math.max(patience, timeout);
    const isOver = now() >= end;
    if (state !== undefined && (missing.length === 0 || isOver)) {
      if (missing.length > 0) {
        log.warn(
          `brokers ${names} are missing after ${formatDuration((now() - start) / 1000)}; new topics are placed without them if the ` +
            'zones of their map allow it',
        );
      }
      return state;
    }
    if (isOver) {
      throw clusterUnreachable(config, `the run waited for ${reason}`);
    }
    // The number of addresses that refuse a connection changes while brokers start.
    const subject = state === undefined ? withoutNumbers(reason) : waitsFor;
    if (subject !== lastReason) {
      log.info(`waiting for ${waitsFor}`);
      lastReason = subject;
    }
    await pause(PAUSE_MS);
  }
}

async function lookAtBrokers(
  { bootstrapHost, internalListener }: TopicSyncConfig,
  kafka: KafkaTopics,
): Promise<{ readonly view?: TargetView; readonly reason: string }> {
  const address = `${bootstrapHost}:${internalListener.port}`;
  try {
    return { view: await kafka.view(), reason: 'the first broker to register' };
  } catch (error) {
    return { reason: `a broker to answer at ${address}: ${reasonOf(error)}` };
  }
}
