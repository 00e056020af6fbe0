/*
 * Reads and writes of a run in Kafka.
 */
import { ResponseError, describeConfigsV4 } from '@platformatic/kafka';
import { ClusterView, clusterView, unauthorizedTopics } from '../kafka/cluster-view';
import { Address, KafkaSession } from '../kafka/connection';
import { ignoreUnavailable } from '../kafka/ignore-unavailable';
import { partitionName } from '../kafka/partition-name';
import { controllerOr } from '../kafka/peer-brokers';
import { Replica, replicaSizes } from '../kafka/replica-sizes';
import { Reassignment, reassignments } from '../kafka/reassignments';
import {
  AddedPartitions,
  PlacedTopic,
  TopicResult,
  TopicSettingsChange,
  TopicSettingsRequest,
  addPartitions,
  changeTopicSettings,
  createTopics,
  deleteTopics,
  ownTopicSettings,
} from '../kafka/topic-admin';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { eachInParallel } from '../runtime/parallel';
import { ControllerRequests } from './controller-requests';

/** Metadata of the cluster. The replicas of a partition are those after its running reassignment. */
export interface TargetView extends ClusterView {
  /** Partitions with a running reassignment: `topic-partition`; absent if there are none. */
  readonly moving?: ReadonlySet<string>;
}

/** Kafka, as a run sees it. The requests return the topics for which they failed. */
export interface KafkaTopics {
  view(): Promise<TargetView>;
  /** Those of some topics that Kafka does not show to this principal. */
  hidden(topics: readonly string[]): Promise<string[]>;
  settings(
    view: ClusterView,
    topics: readonly TopicSettingsRequest[],
  ): Promise<Map<string, Map<string, string>>>;
  cordoned(view: ClusterView, ids: Iterable<number>): Promise<Set<number>>;
  sizes(view: ClusterView, replicas: readonly Replica[]): Promise<Map<string, number>>;
  create(topics: readonly PlacedTopic[]): Promise<TopicResult[]>;
  addPartitions(topics: readonly AddedPartitions[]): Promise<TopicResult[]>;
  changeSettings(topics: readonly TopicSettingsChange[]): Promise<TopicResult[]>;
  delete(topics: readonly { readonly name: string }[]): Promise<TopicResult[]>;
}

const DEADLINE_MS = 30_000;
/** Topics of a request. All settings of as many topics take 3 MB. */
const SETTINGS_BATCH = 500;
/** Requests at the same time. */
const PARALLEL = 4;
const BROKER_RESOURCE = 4;

/** The brokers behind an address. */
export function kafkaTopics(bootstrap: Address): KafkaTopics {
  const controller = new ControllerRequests(bootstrap);
  return {
    view: () => readView(bootstrap),
    hidden: (topics) =>
      KafkaSession.with(bootstrap, DEADLINE_MS, (session) => unauthorizedTopics(session, topics)),
    settings: (view, topics) => readSettings(serversOf(view, bootstrap), topics),
    cordoned: readCordoned,
    sizes: (view, replicas) => replicaSizes(view.brokers, replicas),
    create: (topics) => controller.send(topics, createTopics),
    addPartitions: (topics) => controller.send(topics, addPartitions),
    changeSettings: (topics) => controller.send(topics, changeTopicSettings),
    delete: (topics) => controller.send(topics, deleteTopics),
  };
}

async function readView(bootstrap: Address): Promise<TargetView> {
  const view = await KafkaSession.with(bootstrap, DEADLINE_MS, clusterView);
  const controller = controllerOr(bootstrap, view);
  const running = await KafkaSession.with(controller, DEADLINE_MS, reassignments).catch(noReassignments);
  return targetView(view, running);
}

/** A principal without Describe on the cluster cannot list reassignments, and a controller that has just moved does not. */
function noReassignments(error: unknown): ReadonlyMap<string, Reassignment> {
  if (!(error instanceof ResponseError)) {
    throw error;
  }
  log.warn('running reassignments are unknown, so their replicas are compared as they are now', {
    reason: reasonOf(error),
  });
  return new Map();
}

/** The view after all running reassignments. */
export function targetView(view: ClusterView, running: ReadonlyMap<string, Reassignment>): TargetView {
  const partitions = view.partitions.map((partition) => {
    const removing = running.get(partitionName(partition.topic, partition.index))?.removing ?? [];
    return removing.length === 0
      ? partition
      : { ...partition, replicas: partition.replicas.filter((id) => !removing.includes(id)) };
  });
  return {
    ...view,
    partitions: running.size === 0 ? view.partitions : partitions,
    moving: new Set(running.keys()),
  };
}

/** Any broker describes topics, so the requests are spread. */
function serversOf(view: ClusterView, bootstrap: Address): Address[] {
  const brokers = [...view.brokers.values()];
  return brokers.length > 0 ? brokers : [bootstrap];
}

async function readSettings(
  servers: readonly Address[],
  topics: readonly TopicSettingsRequest[],
): Promise<Map<string, Map<string, string>>> {
  const parts = Array.from({ length: Math.ceil(topics.length / SETTINGS_BATCH) }, (_, index) =>
    topics.slice(index * SETTINGS_BATCH, (index + 1) * SETTINGS_BATCH),
  );
  const found = new Map<string, Map<string, string>>();
  await eachInParallel(parts, PARALLEL, async (part, index) => {
    const read = (at: number) =>
      KafkaSession.with(servers[at % servers.length], DEADLINE_MS, (session) =>
        ownTopicSettings(session, part),
      );
    // A broker that has just failed is still in the view.
    const settings = await read(index).catch(() => read(index + 1));
    settings.forEach((values, topic) => found.set(topic, values));
  });
  return found;
}

/** Only the broker itself knows its settings. One that does not answer counts as not cordoned: Kafka refuses such a placement. */
async function readCordoned(view: ClusterView, ids: Iterable<number>): Promise<Set<number>> {
  const cordoned = new Set<number>();
  await eachInParallel([...ids], PARALLEL, async (id) => {
    const broker = view.brokers.get(id);
    if (broker && (await isCordoned(broker, id).catch(ignoreUnavailable))) {
      cordoned.add(id);
    }
  });
  return cordoned;
}

async function isCordoned(address: Address, id: number): Promise<boolean> {
  const { results } = await KafkaSession.with(address, DEADLINE_MS, (session) =>
    session.sendAllowingErrors(
      describeConfigsV4.api,
      [
        {
          resourceType: BROKER_RESOURCE,
          resourceName: String(id),
          configurationKeys: ['cordoned.log.dirs', 'log.dirs', 'log.dir'],
        },
      ],
      false,
      false,
    ),
  );
  const settings = new Map(
    results.flatMap(({ configs }) => configs.map(({ name, value }) => [name, namesIn(value)])),
  );
  const cordoned = settings.get('cordoned.log.dirs') ?? [];
  const [dirs = [], dir = []] = [settings.get('log.dirs'), settings.get('log.dir')];
  const all = dirs.length > 0 ? dirs : dir;
  return cordoned.includes('*') || (cordoned.length > 0 && all.every((one) => cordoned.includes(one)));
}

function namesIn(value?: string | null): string[] {
  return (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}
