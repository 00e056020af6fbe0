import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATHS, TopicDefinitionConfig, TopicSyncConfig } from '../../lib/seam/agent-config';
import { readMounted } from '../runtime/config';
import { EXIT, OperatorError, reasonOf } from '../runtime/errors';
import { topicSyncBootstrap } from '../kafka/addresses';
import { ClusterView, clusterView } from '../kafka/cluster-view';
import { Address, KafkaSession, KafkaUnavailable } from '../kafka/connection';
import { CreateResult, TOPIC_ALREADY_EXISTS, topicSettings } from '../kafka/topic-admin';
import { log } from '../runtime/log';
import { isSameSet } from '../text/same-value';
import { batches } from './batches';
import { createOnController } from './create';
import { readDefinitions } from './definitions';
import { Finding, TopicPlan, missingBrokers, planTopics } from './plan';
import { UnmanagedTopics, findUnmanagedTopics } from './unmanaged-topics';
import { zoneWarnings } from './zone-warnings';

const PAUSE_MS = 3_000;
const DEADLINE_MS = 15_000;
/** Maximum number of unmanaged topics in a log line. */
const MAX_NAMES = 10;
/** Topics per DescribeConfigs request. */
const SETTINGS_BATCH = 500;

/**
 * Creates missing topics and reports differences between existing topics and their definitions.
 *
 * @returns exit code
 * @throws OperatorError if Kafka does not respond until all topics are created
 */
export async function syncTopics(
  config: TopicSyncConfig,
  signal: AbortSignal,
  folder: string = PATHS.topics,
): Promise<number> {
  const { topics, problems } = readDefinitions(await readFiles(folder));
  problems.forEach((problem) => log.error('invalid topic definition skipped', { problem }));
  const address = topicSyncBootstrap(config);
  const view = await waitForBrokers(config, topics, address, signal);
  const input = { definitions: topics, maps: config.maps, view };
  const plan = planTopics(input);
  const unmanaged = findUnmanagedTopics(input);
  // Create topics first: clients may wait for them. Differences are not urgent.
  const { created, failed, outage } = await createTopicBatches(address, plan, signal);
  const drift = [...plan.drift, ...(await settingsDrift(address, topics, view))];
  report(plan, drift, unmanaged);
  zoneWarnings(config.maps, topics, view).forEach((warning) => log.warn(warning));
  log.info('topic synchronization finished', {
    defined: topics.length,
    created,
    failed,
    deferred: plan.deferred.length,
    impossible: plan.impossible.length,
    malformed: problems.length,
    drifted: new Set(drift.map(({ topic }) => topic)).size,
    unmanaged: unmanaged.reduce((sum, { topics: names }) => sum + names.length, 0),
  });
  if (outage !== undefined) {
    throw new OperatorError(
      `Kafka stopped responding before all topics were created: ${outage}`,
      `${brokersHint(config.clusterName)}; the next run creates the other topics`,
      EXIT.unavailable,
    );
  }
  if (problems.length > 0 || plan.impossible.length > 0) {
    return EXIT.data;
  }
  return failed > 0 || plan.deferred.length > 0 ? EXIT.unavailable : EXIT.ok;
}

function brokersHint(clusterName: string): string {
  const selector = `cdk8s-kafka.io/cluster=${clusterName},app.kubernetes.io/component=broker`;
  return `check the brokers with: kubectl get pods --all-namespaces -l ${selector}`;
}

async function readFiles(folder: string): Promise<{ name: string; text: string }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new OperatorError(
      `${folder} cannot be read: ${reasonOf(error)}`,
      'mount the ConfigMaps that contain the topics',
    );
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map(async (name) => ({ name, text: await readMounted(`${folder}/${name}`) })));
}

/** Waits for the brokers of maps that get new topics, up to the timeout. */
async function waitForBrokers(
  config: TopicSyncConfig,
  definitions: readonly TopicDefinitionConfig[],
  address: Address,
  signal: AbortSignal,
): Promise<ClusterView> {
  const end = Date.now() + config.brokerWaitTimeoutSeconds * 1000;
  let lastReason = '';
  for (;;) {
    let view: ClusterView | undefined;
    let reason: string;
    try {
      view = await KafkaSession.with(address, DEADLINE_MS, clusterView);
      const missing = missingBrokers({ definitions, maps: config.maps, view });
      if (view.brokers.size > 0 && missing.length === 0) {
        return view;
      }
      reason =
        missing.length > 0 ? `brokers ${missing.join(', ')} are not registered` : 'no broker is registered';
    } catch (error) {
      reason = reasonOf(error);
    }
    if (Date.now() >= end) {
      if (view && view.brokers.size > 0) {
        log.warn(`timeout, continuing with the live brokers: ${reason}`);
        return view;
      }
      throw new OperatorError(
        `no broker of cluster '${config.clusterName}' responds at ${address.host}:${address.port}: ${reason}`,
        `${brokersHint(config.clusterName)}; the next run tries again`,
        EXIT.unavailable,
      );
    }
    if (reason !== lastReason) {
      log.info(`waiting: ${reason}`);
      lastReason = reason;
    }
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

/** Finds topic settings whose value differs from the definition. */
async function settingsDrift(
  address: Address,
  definitions: readonly TopicDefinitionConfig[],
  view: ClusterView,
): Promise<Finding[]> {
  const configured = definitions.filter(
    ({ name, config }) => view.topics.has(name) && Object.keys(config ?? {}).length > 0,
  );
  const found: Finding[] = [];
  for (let at = 0; at < configured.length; at += SETTINGS_BATCH) {
    const part = configured.slice(at, at + SETTINGS_BATCH);
    let actual: Awaited<ReturnType<typeof topicSettings>>;
    try {
      actual = await KafkaSession.with(address, DEADLINE_MS, (session) =>
        topicSettings(
          session,
          part.map(({ name, config }) => ({ name, settings: Object.keys(config ?? {}) })),
        ),
      );
    } catch (error) {
      if (!(error instanceof KafkaUnavailable)) {
        throw error;
      }
      log.warn('cannot compare topic settings; the next run tries again', {
        topics: configured.length - at,
        reason: reasonOf(error),
      });
      return found;
    }
    for (const { name: topic, config } of part) {
      for (const [setting, value] of Object.entries(config ?? {})) {
        const current = actual.get(topic)?.get(setting);
        if (!isSameSet(current, value)) {
          found.push({
            topic,
            message: `it has ${setting}=${current ?? '(not set)'}, its definition has ${value}`,
          });
        }
      }
    }
  }
  return found;
}

function report(plan: TopicPlan, drift: readonly Finding[], unmanaged: readonly UnmanagedTopics[]): void {
  plan.impossible.forEach(({ topic, message }) =>
    log.error('topic cannot be created', { topic, reason: message }),
  );
  plan.deferred.forEach(({ topic, message }) => log.warn('topic is deferred', { topic, reason: message }));
  drift.forEach(({ topic, message }) =>
    log.warn('topic differs from its definition and is not changed', { topic, difference: message }),
  );
  unmanaged.forEach(({ problem, topics }) =>
    log.warn(`unmanaged topics ${problem} and are not changed`, {
      count: topics.length,
      topics: topics.slice(0, MAX_NAMES),
    }),
  );
}

async function createTopicBatches(
  address: Address,
  plan: TopicPlan,
  signal: AbortSignal,
): Promise<{ created: number; failed: number; outage?: string }> {
  let created = 0;
  let failed = 0;
  let done = 0;
  for (const batch of batches(plan.create)) {
    signal.throwIfAborted();
    let results: CreateResult[];
    try {
      results = await createOnController(address, batch);
    } catch (error) {
      if (!(error instanceof KafkaUnavailable)) {
        throw error;
      }
      // Kafka may have received the request. Then the next run finds the topics.
      return { created, failed: failed + plan.create.length - done, outage: reasonOf(error) };
    }
    done += batch.length;
    const notCreated = new Map(results.map((result) => [result.name, result]));
    for (const { name: topic, assignments } of batch) {
      const result = notCreated.get(topic);
      if (result === undefined) {
        created += 1;
        log.info('topic created', { topic, partitions: assignments.length });
      } else if (result.errorCode === TOPIC_ALREADY_EXISTS) {
        log.info('topic was created by another client; the next run compares it with its definition', {
          topic,
        });
      } else {
        failed += 1;
        log.error('Kafka rejects topic', { topic, reason: result.errorMessage });
      }
    }
  }
  return { created, failed };
}
