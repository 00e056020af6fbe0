import fc from 'fast-check';
import { ResponseFrames } from '../../../agent/kafka/response-frames';
import { maxReceivedBytes } from '../../../agent/runtime/received-bytes';
import { formatBytes } from '../../../agent/text/bytes';

const LIMIT = 1_000;
const MIB = 2 ** 20;

/** A response with its length. */
function frame(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function announce(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(length);
  return bytes;
}

/** Splits bytes into chunks, as a network may. */
function split(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set([...at.map((position) => position % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test('responses are complete in any division into chunks', () => {
  const contents = fc.array(fc.uint8Array({ minLength: 4, maxLength: 60 }), { maxLength: 5 });
  fc.assert(
    fc.property(contents, fc.array(fc.nat()), (all, at) => {
      const sent = all.map(frame);
      const frames = new ResponseFrames(LIMIT);
      const received = split(Buffer.concat(sent), at).flatMap((chunk) => frames.add(chunk));
      expect(received.map((one) => one.toString('hex'))).toEqual(sent.map((one) => one.toString('hex')));
    }),
  );
});

test('each byte of a response is copied once', () => {
  const copy = jest.spyOn(Buffer.prototype, 'copy');
  const frames = new ResponseFrames(100_000);
  const bytes = frame(Buffer.alloc(50_000));
  try {
    for (const byte of split(bytes, [...bytes.keys()])) {
      frames.add(byte);
    }
    const copied = copy.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
    // The length is copied to the response as well.
    expect(copied).toBe(bytes.length + 4);
  } finally {
    copy.mockRestore();
  }
});

test.each([
  [-1, 'it announces a response of -1 bytes, so it is not a Kafka server'],
  [-2_147_483_648, 'it announces a response of -2147483648 bytes, so it is not a Kafka server'],
  [3, 'it announces a response of 3 bytes; the limit for the memory of the agent is 1000 bytes'],
  [1_001, 'it announces a response of 1001 bytes; the limit'],
  [2_147_483_647, 'it announces a response of 2 GiB; the limit'],
])('a length of %i is rejected before any byte of the response', (length, message) => {
  expect(() => new ResponseFrames(LIMIT).add(announce(length))).toThrow(message);
});

test('a response of the maximum size is accepted', () => {
  const bytes = frame(Buffer.alloc(LIMIT));
  expect(new ResponseFrames(LIMIT).add(bytes)).toEqual([bytes]);
});

test.each([
  [131 * MIB, '16.4 MiB'],
  [515 * MIB, '64.4 MiB'],
  [10 * MIB, '16 MiB'],
])('with a heap of %i bytes, a response may have %s', (heap, size) => {
  expect(formatBytes(maxReceivedBytes(heap))).toBe(size);
});
