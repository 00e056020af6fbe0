/* Parsers take a number of steps that is proportional to the response, whatever it contains. Steps are counted. */
import { Reader, listPartitionReassignmentsV0 } from '@platformatic/kafka';
import fc from 'fast-check';
import { boundReader } from '../../../agent/kafka/bounded-reader';
import { maxReceivedBytes } from '../../../agent/runtime/received-bytes';
import { parseBrokers } from '../../../agent/kafka/metadata';
import { parseTopics } from '../../../agent/kafka/metadata-topics';
import { KafkaBytes } from '../../support/kafka-bytes';
import { healthyCluster } from '../../../bench/simulator/cluster';
import { MetadataResponses } from '../../../bench/simulator/responses';

/** Each byte is read a few times at most: the lists of ids are searched before they are read. */
const STEPS_PER_BYTE = 4;
const SMALL_STEPS = 64;

/** Maximum size of a response in a container with 256 MiB. */
boundReader(maxReceivedBytes(0));

let steps: number;
let limit: number;

type Reads = Pick<Buffer, 'readUInt8' | 'readInt16BE' | 'readInt32BE'>;

function countSteps<T extends object>(target: T, names: readonly (keyof T)[]): void {
  for (const name of names) {
    const original = target[name] as unknown as (...args: unknown[]) => unknown;
    jest.spyOn(target, name as never).mockImplementation(function (this: unknown, ...args: unknown[]) {
      steps += 1;
      if (steps > limit) {
        // Without this a failure would take minutes.
        throw new Error(`more than ${limit} steps`);
      }
      return original.apply(this, args);
    } as never);
  }
}

beforeEach(() => {
  countSteps<Reads>(Buffer.prototype, ['readUInt8', 'readInt16BE', 'readInt32BE']);
  countSteps<Pick<Reader, 'readUnsignedVarInt' | 'skip' | 'readInt32'>>(Reader.prototype, [
    'readUnsignedVarInt',
    'skip',
    'readInt32',
  ]);
});
afterEach(() => jest.restoreAllMocks());

/** Parses bytes, which must succeed or fail because the bytes are not valid. */
function parse(bytes: Buffer, parser: (bytes: Buffer) => unknown): void {
  steps = 0;
  limit = STEPS_PER_BYTE * bytes.length + SMALL_STEPS;
  try {
    parser(bytes);
  } catch (error) {
    expect((error as Error).message).not.toMatch(/steps/);
    expect(['RangeError', 'Error']).toContain((error as Error).name);
  }
}

const PARSERS: readonly [string, (bytes: Buffer) => unknown][] = [
  ['topics', (bytes) => parseTopics(bytes)],
  ['topics of one broker', (bytes) => parseTopics(bytes, 1001)],
  ['brokers', (bytes) => parseBrokers(Reader.from(bytes))],
];
const [HEAD, TOPICS] = new MetadataResponses(
  healthyCluster({ ports: [1, 2, 3], partitions: 12, partitionsPerTopic: 4, replicationFactor: 3 }),
).response(null);
const RESPONSE = Buffer.concat([HEAD, TOPICS]);

/** Encoded lengths and counts that are negative or huge. */
const HOSTILE_LENGTHS = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x08],
  [0xfa, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
];

test.each(PARSERS)('%s: any bytes', (_, parser) => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => parse(Buffer.from(bytes), parser)));
});

test.each(PARSERS)('%s: a response with hostile lengths', (name, parser) => {
  const valid = name === 'brokers' ? RESPONSE : TOPICS;
  fc.assert(
    fc.property(
      fc.nat(valid.length),
      fc.array(fc.constantFrom(...HOSTILE_LENGTHS), { minLength: 1, maxLength: 6 }),
      (at, lengths) => {
        parse(
          Buffer.concat([valid.subarray(0, at), Buffer.from(lengths.flat()), valid.subarray(at)]),
          parser,
        );
      },
    ),
    { numRuns: 1_000 },
  );
});

test('tags with a huge count and negative sizes end the response', () => {
  const [count, , , size] = HOSTILE_LENGTHS;
  // No topics, then tagged fields of which each moves back to its own beginning.
  const bytes = Buffer.from([1, ...count.slice(0, 4), 0x07, 0, ...size]);
  parse(bytes, (all) => parseTopics(all));
  expect(() => parseTopics(bytes)).toThrow(RangeError);
});

test('lists that would need too much memory end the response', () => {
  limit = Infinity;
  const broker = new KafkaBytes().int32(1).text('').int32(9092).text(null).noTags().bytes;
  const head = new KafkaBytes().int32(0).varint(400_001).bytes;
  const bytes = Buffer.concat([head, ...Array.from({ length: 400_000 }, () => broker)]);
  expect(() => parseBrokers(Reader.from(bytes))).toThrow('a response has lists of more than 349525 objects');
});

/** A response in which each partition moves from three brokers to two others. */
function reassignments(topics: number, partitionsPerTopic: number): Buffer {
  const partition = new KafkaBytes().int32(0);
  for (const brokers of [
    [1, 2, 3, 4, 5],
    [4, 5],
    [2, 3],
  ]) {
    partition.varint(brokers.length + 1);
    brokers.forEach((broker) => partition.int32(broker));
  }
  partition.noTags();
  const partitions = Array.from({ length: partitionsPerTopic }, () => partition.bytes);
  const head = new KafkaBytes().text('orders').varint(partitionsPerTopic + 1).bytes;
  const topic = Buffer.concat([head, ...partitions, Buffer.from([0])]);
  const all = Array.from({ length: topics }, () => topic);
  const first = new KafkaBytes()
    .int32(0)
    .int16(0)
    .text(null)
    .varint(topics + 1).bytes;
  return Buffer.concat([first, ...all, Buffer.from([0])]);
}

test.each([
  [5_000, 10],
  [1, 50_000],
])('reassignments of %i topics with %i partitions are read', (topics, partitions) => {
  limit = Infinity;
  const response = listPartitionReassignmentsV0.parseResponse(
    0,
    46,
    0,
    Reader.from(reassignments(topics, partitions)),
  );
  expect(response.topics.flatMap((topic) => topic.partitions)).toHaveLength(50_000);
});

test('a list of numbers that would need too much memory ends the response', () => {
  limit = Infinity;
  const count = 6_000_000;
  const bytes = Buffer.concat([new KafkaBytes().varint(count + 1).bytes, Buffer.alloc(4 * count)]);
  const read = () => Reader.from(bytes).readArray((reader) => (reader.position += 4), true, false);
  expect(read).toThrow(RangeError);
});

test('a valid response is parsed', () => {
  limit = Infinity;
  expect(parseTopics(TOPICS).partitions).toHaveLength(12);
  expect(parseBrokers(Reader.from(RESPONSE)).brokers).toHaveLength(3);
});
