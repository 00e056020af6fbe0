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
import { batches } from './batches';
import { createOnController } from './create';
import { readDefinitions } from './definitions';
import { Finding, TopicPlan, missingBrokers, planTopics } from './plan';
import { UnmanagedTopics, findUnmanagedTopics } from './unmanaged-topics';

const PAUSE_MS = 3_000;
const DEADLINE_MS = 15_000;
/** Of topics that are all strange in the same way, so many are named. */
const MAX_NAMES = 10;

/**
 * Makes the topics of a list exist, and says what is different from it.
 *
 * @returns exit code
 * @throws OperatorError when Kafka does not answer, or not until all is done
 */
export async function syncTopics(
  config: TopicSyncConfig,
  signal: AbortSignal,
  folder: string = PATHS.topics,
): Promise<number> {
  const { topics, problems } = readDefinitions(await readFiles(folder));
  problems.forEach((problem) => log.error('malformed definition, left out', { problem }));
  const address = topicSyncBootstrap(config);
  const view = await waitForBrokers(config, topics, address, signal);
  const input = { definitions: topics, maps: config.maps, view };
  const plan = planTopics(input);
  const strays = findUnmanagedTopics(input);
  // Topics that somebody waits for come first; what differs has time.
  const { created, failed, outage } = await createTopicBatches(address, plan, signal);
  const drift = [...plan.drift, ...(await settingsDrift(address, topics, view))];
  report(plan, drift, strays);
  log.info('topics', {
    defined: topics.length,
    created,
    failed,
    deferred: plan.deferred.length,
    impossible: plan.impossible.length,
    malformed: problems.length,
    drifted: new Set(drift.map(({ topic }) => topic)).size,
    strays: strays.reduce((sum, { topics: names }) => sum + names.length, 0),
  });
  if (outage !== undefined) {
    throw new OperatorError(
      `Kafka has not answered until all topics were created: ${outage}`,
      'see whether the brokers run: kubectl get pods -l app.kubernetes.io/component=broker; the next run goes on',
      EXIT.unavailable,
    );
  }
  if (problems.length > 0 || plan.impossible.length > 0) {
    return EXIT.data;
  }
  return failed > 0 || plan.deferred.length > 0 ? EXIT.unavailable : EXIT.ok;
}

async function readFiles(folder: string): Promise<{ name: string; text: string }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new OperatorError(
      `${folder} cannot be read: ${reasonOf(error)}`,
      'mount the ConfigMaps with topics',
    );
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map(async (name) => ({ name, text: await readMounted(`${folder}/${name}`) })));
}

/** Waits until all brokers that matter are there, but not for ever. */
async function waitForBrokers(
  config: TopicSyncConfig,
  definitions: readonly TopicDefinitionConfig[],
  address: Address,
  signal: AbortSignal,
): Promise<ClusterView> {
  const end = Date.now() + config.brokerWaitTimeoutSeconds * 1000;
  let said = '';
  for (;;) {
    let view: ClusterView | undefined;
    let reason: string;
    try {
      view = await KafkaSession.with(address, DEADLINE_MS, clusterView);
      const missing = missingBrokers({ definitions, maps: config.maps, view });
      if (view.brokers.size > 0 && missing.length === 0) {
        return view;
      }
      reason = missing.length > 0 ? `brokers ${missing.join(', ')} are missing` : 'no broker is registered';
    } catch (error) {
      reason = reasonOf(error);
    }
    if (Date.now() >= end) {
      if (view && view.brokers.size > 0) {
        log.warn(`going on without them: ${reason}`);
        return view;
      }
      throw new OperatorError(
        `no broker of cluster '${config.clusterName}' answers at ${address.host}:${address.port}: ${reason}`,
        'see whether the brokers run: kubectl get pods -l app.kubernetes.io/component=broker; the next run tries again',
        EXIT.unavailable,
      );
    }
    if (reason !== said) {
      log.info(`waiting: ${reason}`);
      said = reason;
    }
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

/** Settings that are defined and have another value, as far as Kafka tells. */
async function settingsDrift(
  address: Address,
  definitions: readonly TopicDefinitionConfig[],
  view: ClusterView,
): Promise<Finding[]> {
  const asked = definitions.filter(
    ({ name, config }) => view.topics.has(name) && Object.keys(config ?? {}).length > 0,
  );
  const found: Finding[] = [];
  for (let at = 0; at < asked.length; at += 500) {
    const part = asked.slice(at, at + 500);
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
      log.warn('settings of topics cannot be compared, the next run tries again', {
        topics: asked.length - at,
        reason: reasonOf(error),
      });
      return found;
    }
    for (const { name: topic, config } of part) {
      for (const [setting, value] of Object.entries(config ?? {})) {
        const is = actual.get(topic)?.get(setting);
        if (is !== value) {
          found.push({ topic, message: `has ${setting} ${is ?? 'unset'}, defined is ${value}` });
        }
      }
    }
  }
  return found;
}

function report(plan: TopicPlan, drift: readonly Finding[], strays: readonly UnmanagedTopics[]): void {
  plan.impossible.forEach(({ topic, message }) =>
    log.error('topic cannot be created', { topic, reason: message }),
  );
  plan.deferred.forEach(({ topic, message }) => log.warn('topic has to wait', { topic, reason: message }));
  drift.forEach(({ topic, message }) =>
    log.warn('topic differs from its definition and is left alone', { topic, difference: message }),
  );
  strays.forEach(({ problem: what, topics }) =>
    log.warn(`topics that nobody has defined ${what}, and are left alone`, {
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
      // The request may have come through: then the next run finds the topics.
      return { created, failed: failed + plan.create.length - done, outage: reasonOf(error) };
    }
    done += batch.length;
    const others = new Map(results.map((result) => [result.name, result]));
    for (const { name: topic, assignments } of batch) {
      const other = others.get(topic);
      if (other === undefined) {
        created += 1;
        log.info('topic created', { topic, partitions: assignments.length });
      } else if (other.errorCode === TOPIC_ALREADY_EXISTS) {
        log.info('topic was created meanwhile, the next run compares it', { topic });
      } else {
        failed += 1;
        log.error('Kafka refuses a topic', { topic, reason: other.errorMessage });
      }
    }
  }
  return { created, failed };
}
