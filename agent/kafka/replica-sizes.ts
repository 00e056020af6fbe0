import { describeLogDirsV4 } from '@platformatic/kafka';
import { eachInParallel } from '../runtime/parallel';
import { ClusterView } from './cluster-view';
import { Address, KafkaSession } from './connection';
import { ignoreUnavailable } from './ignore-unavailable';
import { partitionName } from './partition-name';

/** A replica of a partition. */
export interface Replica {
  readonly topic: string;
  readonly partition: number;
  readonly broker: number;
}

const DEADLINE_MS = 30_000;
/** Brokers that are asked at the same time. */
const PARALLEL = 5;

/** Bytes of replicas by the name of their partition. Replicas of brokers that do not answer are left out. */
export async function replicaSizes(
  brokers: ClusterView['brokers'],
  replicas: readonly Replica[],
): Promise<Map<string, number>> {
  const topicsByBroker = new Map<number, Map<string, number[]>>();
  for (const { topic, partition, broker } of replicas) {
    const topics = topicsByBroker.get(broker) ?? new Map<string, number[]>();
    topicsByBroker.set(broker, topics);
    const partitions = topics.get(topic) ?? [];
    topics.set(topic, partitions);
    partitions.push(partition);
  }
  const sizes = new Map<string, number>();
  await eachInParallel([...topicsByBroker], PARALLEL, async ([id, topics]) => {
    const broker = brokers.get(id);
    const found = broker && (await sizesOn(broker, topics).catch(ignoreUnavailable));
    found?.forEach((bytes, name) => sizes.set(name, bytes));
  });
  return sizes;
}

async function sizesOn(
  address: Address,
  topics: ReadonlyMap<string, number[]>,
): Promise<Map<string, number>> {
  const request = [...topics].map(([name, partitions]) => ({ name, partitions }));
  const { results } = await KafkaSession.with(address, DEADLINE_MS, (session) =>
    session.sendAllowingErrors(describeLogDirsV4.api, request),
  );
  return new Map(
    results
      .flatMap((dir) => dir.topics)
      .flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, partitionSize }): [string, number] => [
          partitionName(name, partitionIndex),
          Number(partitionSize),
        ]),
      ),
  );
}
