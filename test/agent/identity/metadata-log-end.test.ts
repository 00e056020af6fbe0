import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SegmentScanner, lastEpoch, metadataLogEnd } from '../../../agent/identity/metadata-log-end';

/** Two batches of Kafka 4.4.0: records 139 and 140 of `__cluster_metadata`, without data of users. */
const RECORDED = Buffer.from(
  '000000000000008b0000003c00000001024008735e000000000000000001a227424115000001a227424115' +
    'ffffffffffffffffffffffffffff00000001140000000108011400000000' +
    '0000000000008c0000003c00000001029cb43a99000000000000000001a22742430a000001a22742430a' +
    'ffffffffffffffffffffffffffff000000011400000001080114000000',
  'hex',
);

/** A batch as Kafka writes it, with a body of zeros. */
function batch(offset: number, count: number, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(61 + bodyBytes);
  bytes.writeBigInt64BE(BigInt(offset), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt32BE(count - 1, 23);
  return bytes;
}

function endOf(chunks: readonly Buffer[], base = 0): number {
  const scanner = new SegmentScanner(base);
  chunks.forEach((chunk) => scanner.read(chunk));
  return scanner.end;
}

test('finds the end of batches that Kafka wrote', () => {
  expect(endOf([RECORDED])).toBe(141);
});

test('a segment without batches ends at its base offset', () => {
  expect(endOf([], 4711)).toBe(4711);
});

test.each([
  ['an incomplete batch', batch(7, 3, 100).subarray(0, 80)],
  ['an incomplete header', batch(7, 3, 100).subarray(0, 20)],
  ['zeros, as after a power cut', Buffer.alloc(4096)],
])('ignores %s at the end', (_, rest) => {
  expect(endOf([batch(5, 2, 10), rest])).toBe(7);
});

test('the end does not depend on the chunks in which a segment is read', () => {
  const batches = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(90)), { maxLength: 8 });
  fc.assert(
    fc.property(batches, fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }), (sizes, cuts) => {
      let end = 0;
      const bytes = Buffer.concat(
        sizes.map(([count, body]) => {
          end += count;
          return batch(end - count, count, body);
        }),
      );
      const chunks: Buffer[] = [];
      for (let at = 0, index = 0; at < bytes.length; index++) {
        const length = cuts[index % cuts.length];
        chunks.push(bytes.subarray(at, at + length));
        at += length;
      }
      expect(endOf(chunks)).toBe(end);
    }),
  );
});

test.each([
  ['one epoch', '0\n1\n1 0\n', 1],
  ['several epochs', '0\n3\n1 0\n4 120\n9 4711\n', 9],
  ['no epoch', '0\n0\n', 0],
  ['no file', '', 0],
])('finds the last epoch of a checkpoint with %s', (_, text, epoch) => {
  expect(lastEpoch(text)).toBe(epoch);
});

describe('on disks', () => {
  let folder: string;

  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'metadata-'))));
  afterEach(() => rm(folder, { recursive: true }));

  test('reads the last segment, on the disk that has it', async () => {
    const log = join(folder, 'b/__cluster_metadata-0');
    await mkdir(log, { recursive: true });
    await writeFile(join(log, '00000000000000000000.log'), batch(0, 139, 10));
    await writeFile(join(log, '00000000000000000139.log'), RECORDED);
    await writeFile(join(log, '00000000000000000139.snapshot'), '');
    await writeFile(join(log, 'leader-epoch-checkpoint'), '0\n2\n1 0\n3 139\n');
    expect(await metadataLogEnd([join(folder, 'a'), join(folder, 'b')])).toEqual({ offset: 141, epoch: 3 });
  });

  test('an empty disk has no metadata', async () => {
    expect(await metadataLogEnd([folder])).toBeUndefined();
  });
});
