/* Our own reading of Metadata against the client library's, of bytes that Kafka would send. */
import { Reader, ResponseError, metadataV12 } from '@platformatic/kafka';
import fc from 'fast-check';
import { hasSameBytes, parseBrokers } from '../../../agent/kafka/metadata';
import { parseChangedTopics, parseTopics } from '../../../agent/kafka/metadata-topics';
import { MetadataResponses } from '../../../bench/simulator/responses';
import { SimulatedCluster, SimulatedPartition, SimulatedTopic } from '../../../bench/simulator/cluster';

const RUNS = { numRuns: 300 };
const SELF = 1003;

const int32 = fc.integer({ min: -1, max: 2_147_483_647 });
/** Longer than a length of one byte can say. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 130, maxLength: 300 }));
const ids = fc.array(fc.oneof(fc.constantFrom(1001, 1002, SELF), int32), { maxLength: 200 });
/** That the library does not fail for reasons of its own: it does not know every code. */
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

function answerOf(seen: SimulatedCluster): Buffer {
  return Buffer.concat([...new MetadataResponses(seen).response(null)]);
}

/** Cuts bytes where a network might. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...at.map((one) => one % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function readerOf(pieces: readonly Buffer[]): Reader {
  const reader = Reader.from(Buffer.concat([...pieces]));
  reader.buffer.buffers = [...pieces];
  return reader;
}

/** What the library makes of an answer; error codes leave it whole. */
function byTheLibrary(bytes: Buffer) {
  try {
    return metadataV12.parseResponse(0, 3, 12, Reader.from(bytes));
  } catch (error) {
    return (error as ResponseError).response as ReturnType<typeof metadataV12.parseResponse>;
  }
}

const places = fc.array(fc.nat(), { maxLength: 5 });

test('an answer says the same as it says to the client library, wherever the network cuts it', () => {
  fc.assert(
    fc.property(cluster, places, (seen, at) => {
      const bytes = answerOf(seen);
      const expected = byTheLibrary(bytes);
      const { brokers, controllerId, topics } = parseBrokers(readerOf(cut(bytes, at)));
      expect({ brokers, controllerId, ...parseTopics(topics.slice()) }).toEqual({
        controllerId: expected.controllerId,
        brokers: expected.brokers.map(({ nodeId: id, host, port, rack }) => ({
          id,
          host,
          port,
          rack: rack ?? undefined,
        })),
        topics: new Set(expected.topics.filter(({ errorCode }) => errorCode !== 29).map(({ name }) => name)),
        refused: new Set(expected.topics.filter(({ errorCode }) => errorCode === 29).map(({ name }) => name)),
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

test('for one broker it says the same, but for partitions that have no replica on it', () => {
  fc.assert(
    fc.property(cluster, (seen) => {
      const bytes = parseBrokers(Reader.from(answerOf(seen))).topics.slice();
      const all = parseTopics(bytes);
      expect(parseTopics(bytes, SELF)).toEqual({
        topics: all.topics,
        refused: all.unauthorized,
        partitions: all.partitions.filter(
          ({ replicas, isr }) => replicas.includes(SELF) || isr.includes(SELF),
        ),
      });
    }),
    RUNS,
  );
});

/** Topics by their names, as a cluster has them. */
const topics = fc.uniqueArray(topic, { minLength: 1, maxLength: 6, selector: ({ name }) => name });

function topicsBytes(seen: SimulatedCluster, of: readonly SimulatedTopic[]): Buffer {
  return parseBrokers(Reader.from(answerOf({ ...seen, topics: of }))).topics.slice();
}

test('with an earlier answer at hand it says the same, whatever came, went, changed or has another place', () => {
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

test('of two answers that tell the same topics, only those are read again that differ', () => {
  fc.assert(
    fc.property(cluster, topics, fc.func(fc.boolean()), partition, (seen, before, isChanged, more) => {
      const after = before.map((one) =>
        isChanged(one.name) ? { ...one, partitions: [...one.partitions, more] } : one,
      );
      const earlier = parseChangedTopics(topicsBytes(seen, before), SELF);
      const now = parseChangedTopics(topicsBytes(seen, after), SELF, earlier);
      expect(now.topics.map((one, place) => one === earlier.topics[place])).toEqual(
        after.map((one, place) => one === before[place]),
      );
    }),
    RUNS,
  );
});

test('a topic that came or went costs one topic that is read again', () => {
  fc.assert(
    fc.property(cluster, topics, fc.nat(), (seen, all, at) => {
      const less = all.toSpliced(at % all.length, 1);
      const readAgain = (before: SimulatedTopic[], now: SimulatedTopic[]) => {
        const earlier = parseChangedTopics(topicsBytes(seen, before), SELF);
        const { topics: read } = parseChangedTopics(topicsBytes(seen, now), SELF, earlier);
        return read.filter((one) => !earlier.topics.includes(one)).length;
      };
      expect(readAgain(less, all)).toBe(1);
      expect(readAgain(all, less)).toBeLessThanOrEqual(1);
    }),
    RUNS,
  );
});

test('pieces are the same exactly when their bytes are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), places, fc.nat(), fc.nat(255), (array, at, place, value) => {
      const bytes = Buffer.from(array);
      const pieces = readerOf(cut(bytes, at)).buffer;
      const other = Buffer.from(bytes);
      other[place % other.length] = value;
      expect(hasSameBytes(bytes, pieces)).toBe(true);
      expect(hasSameBytes(other, pieces)).toBe(other.equals(bytes));
      expect(hasSameBytes(Buffer.concat([bytes, bytes]), pieces)).toBe(false);
      expect(hasSameBytes(bytes.subarray(1), pieces)).toBe(false);
    }),
    RUNS,
  );
});

test('an answer that ends too early or too late is none', () => {
  fc.assert(
    fc.property(cluster, fc.nat(), (seen, at) => {
      const bytes = parseBrokers(Reader.from(answerOf(seen))).topics.slice();
      expect(() => parseTopics(bytes.subarray(0, at % bytes.length))).toThrow();
      expect(() => parseTopics(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow();
    }),
    RUNS,
  );
});
