/* Compares the parser of Metadata with that of the client library, on bytes as Kafka sends them. */
import { Reader, ResponseError, metadataV12 } from '@platformatic/kafka';
import fc from 'fast-check';
import { hasSameBytes, parseBrokers } from '../../../agent/kafka/metadata';
import { parseChangedTopics, parseTopics } from '../../../agent/kafka/metadata-topics';
import { MetadataResponses } from '../../../bench/simulator/responses';
import { SimulatedCluster, SimulatedPartition, SimulatedTopic } from '../../../bench/simulator/cluster';

const RUNS = { numRuns: 300 };
const SELF = 1003;

const int32 = fc.integer({ min: -1, max: 2_147_483_647 });
/** Includes strings whose length needs two bytes. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 130, maxLength: 300 }));
const ids = fc.array(fc.oneof(fc.constantFrom(1001, 1002, SELF), int32), { maxLength: 200 });
/** Error codes that the library knows; it throws for others. */
const errorCode = fc.constantFrom(0, 0, 0, 3, 5, 9, 29);

const partition: fc.Arbitrary<SimulatedPartition> = fc.record({
  errorCode,
  index: int32,
  leader: int32,
  leaderEpoch: int32,
  replicas: ids,
  isr: ids,
  offline: ids,
});

const topic: fc.Arbitrary<SimulatedTopic> = fc.record({
  errorCode,
  name: text,
  id: fc.uuid(),
  isInternal: fc.boolean(),
  partitions: fc.array(partition, { maxLength: 4 }),
  operations: int32,
});

const cluster: fc.Arbitrary<SimulatedCluster> = fc.record({
  clusterId: text,
  controllerId: int32,
  brokers: fc.array(fc.record({ id: int32, host: text, port: int32, rack: fc.option(text) }), {
    maxLength: 4,
  }),
  topics: fc.array(topic, { maxLength: 4 }),
});

function responseOf(seen: SimulatedCluster): Buffer {
  return Buffer.concat([...new MetadataResponses(seen).response(null)]);
}

/** Splits bytes into chunks, as a network may. */
function split(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set([0, ...at.map((position) => position % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
}

function readerOf(chunks: readonly Buffer[]): Reader {
  const reader = Reader.from(Buffer.concat([...chunks]));
  reader.buffer.buffers = [...chunks];
  return reader;
}

/** A response as the library parses it, whatever error codes it contains. */
function parsedByLibrary(bytes: Buffer) {
  try {
    return metadataV12.parseResponse(0, 3, 12, Reader.from(bytes));
  } catch (error) {
    return (error as ResponseError).response as ReturnType<typeof metadataV12.parseResponse>;
  }
}

const positions = fc.array(fc.nat(), { maxLength: 5 });

test('parses a response like the client library, wherever the network splits it', () => {
  fc.assert(
    fc.property(cluster, positions, (seen, at) => {
      const bytes = responseOf(seen);
      const expected = parsedByLibrary(bytes);
      const { brokers, controllerId, topics } = parseBrokers(readerOf(split(bytes, at)));
      expect({ brokers, controllerId, ...parseTopics(topics.slice()) }).toEqual({
        controllerId: expected.controllerId,
        brokers: expected.brokers.map(({ nodeId: id, host, port, rack }) => ({
          id,
          host,
          port,
          rack: rack ?? undefined,
        })),
        topics: new Set(expected.topics.filter(({ errorCode }) => errorCode !== 29).map(({ name }) => name)),
        unauthorized: new Set(
          expected.topics.filter(({ errorCode }) => errorCode === 29).map(({ name }) => name),
        ),
        partitions: expected.topics.flatMap(({ name, partitions }) =>
          partitions.map((one) => ({
            topic: name,
            index: one.partitionIndex,
            leader: one.leaderId,
            replicas: one.replicaNodes,
            isr: one.isrNodes,
          })),
        ),
      });
    }),
    RUNS,
  );
});

test('for one broker, only the partitions with a replica on it are returned', () => {
  fc.assert(
    fc.property(cluster, (seen) => {
      const bytes = parseBrokers(Reader.from(responseOf(seen))).topics.slice();
      const all = parseTopics(bytes);
      expect(parseTopics(bytes, SELF)).toEqual({
        topics: all.topics,
        unauthorized: all.unauthorized,
        partitions: all.partitions.filter(
          ({ replicas, isr }) => replicas.includes(SELF) || isr.includes(SELF),
        ),
      });
    }),
    RUNS,
  );
});

/** Topics with unique names, as in a cluster. */
const topics = fc.uniqueArray(topic, { minLength: 1, maxLength: 6, selector: ({ name }) => name });

function topicsBytes(seen: SimulatedCluster, of: readonly SimulatedTopic[]): Buffer {
  return parseBrokers(Reader.from(responseOf({ ...seen, topics: of }))).topics.slice();
}

test('a previous response never changes the result, whichever topics were created, deleted, changed or moved', () => {
  const two = topics.chain((all) => fc.tuple(fc.shuffledSubarray(all), fc.shuffledSubarray(all)));
  fc.assert(
    fc.property(cluster, two, fc.func(fc.option(partition)), (seen, [before, now], more) => {
      const after = now.map((one) => ({
        ...one,
        partitions: [...one.partitions, more(one.name)].filter((some) => some !== null),
      }));
      const bytes = topicsBytes(seen, after);
      expect(parseChangedTopics(bytes, SELF, parseChangedTopics(topicsBytes(seen, before), SELF))).toEqual(
        parseChangedTopics(bytes, SELF),
      );
    }),
    RUNS,
  );
});

test('of two responses with the same topics, only the changed topics are parsed again', () => {
  fc.assert(
    fc.property(cluster, topics, fc.func(fc.boolean()), partition, (seen, before, isChanged, more) => {
      const after = before.map((one) =>
        isChanged(one.name) ? { ...one, partitions: [...one.partitions, more] } : one,
      );
      const previous = parseChangedTopics(topicsBytes(seen, before), SELF);
      const now = parseChangedTopics(topicsBytes(seen, after), SELF, previous);
      expect(now.topics.map((one, place) => one === previous.topics[place])).toEqual(
        after.map((one, place) => one === before[place]),
      );
    }),
    RUNS,
  );
});

test('a created or deleted topic costs at most one other topic that is parsed again', () => {
  fc.assert(
    fc.property(cluster, topics, fc.nat(), (seen, all, at) => {
      const less = all.toSpliced(at % all.length, 1);
      const parsedAgain = (before: SimulatedTopic[], now: SimulatedTopic[]) => {
        const previous = parseChangedTopics(topicsBytes(seen, before), SELF);
        const { topics: read } = parseChangedTopics(topicsBytes(seen, now), SELF, previous);
        return read.filter((one) => !previous.topics.includes(one)).length;
      };
      expect(parsedAgain(less, all)).toBe(1);
      expect(parsedAgain(all, less)).toBeLessThanOrEqual(1);
    }),
    RUNS,
  );
});

test('chunks equal a buffer exactly if their bytes do', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1 }),
      positions,
      fc.nat(),
      fc.nat(255),
      (array, at, place, value) => {
        const bytes = Buffer.from(array);
        const chunks = readerOf(split(bytes, at)).buffer;
        const other = Buffer.from(bytes);
        other[place % other.length] = value;
        expect(hasSameBytes(bytes, chunks)).toBe(true);
        expect(hasSameBytes(other, chunks)).toBe(other.equals(bytes));
        expect(hasSameBytes(Buffer.concat([bytes, bytes]), chunks)).toBe(false);
        expect(hasSameBytes(bytes.subarray(1), chunks)).toBe(false);
      },
    ),
    RUNS,
  );
});

test('a response that is too short or too long is an error', () => {
  fc.assert(
    fc.property(cluster, fc.nat(), (seen, at) => {
      const bytes = parseBrokers(Reader.from(responseOf(seen))).topics.slice();
      expect(() => parseTopics(bytes.subarray(0, at % bytes.length))).toThrow();
      expect(() => parseTopics(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow();
    }),
    RUNS,
  );
});
