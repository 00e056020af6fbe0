import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  DISK_ID_FILE,
  Disk,
  assignDiskIds,
  describeLostDisks,
  diskStates,
  lostDisks,
} from '../../../agent/identity/disk-id';

const disk = (change: Partial<Disk> = {}): Disk => ({
  logDir: '/data/0',
  isEmpty: false,
  id: 'a',
  ...change,
});
const kindOf = (one: Disk, recorded: readonly string[] | undefined) => diskStates([one], recorded)[0].kind;

test.each<[name: string, disk: Disk, recorded: readonly string[] | undefined, kind: string]>([
  ['of the last start', disk(), ['a'], 'current'],
  ['of the last start, in another place', disk(), ['b', 'a'], 'current'],
  ['with a line end after its id', disk({ id: 'a\n' }), ['a'], 'current'],
  ['without an id, before ids are recorded', disk({ id: undefined }), undefined, 'current'],
  ['with an id, before ids are recorded', disk(), undefined, 'current'],
  ['of the same server from an earlier time', disk({ id: 'z' }), ['a'], 'old'],
  ['without an id, after ids are recorded', disk({ id: undefined }), ['a'], 'old'],
  ['without data', disk({ isEmpty: true, id: undefined }), ['a'], 'empty'],
  ['whose data was deleted, but not its id', disk({ isEmpty: true }), ['a'], 'empty'],
  ['without data, before the first start', disk({ isEmpty: true, id: undefined }), undefined, 'empty'],
])('a disk %s', (_, one, recorded, kind) => {
  expect(kindOf(one, recorded)).toBe(kind);
});

test('a disk without the data of the last start is never current', () => {
  const id = fc.option(fc.constantFrom('a', 'b', 'c', ' ', ''), { nil: undefined });
  const disks = fc.array(fc.record({ logDir: fc.constant('/d'), isEmpty: fc.boolean(), id }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(disks, fc.subarray(['a', 'b', 'c']), (found, recorded) => {
      diskStates(found, recorded).forEach(({ kind }, index) => {
        const { isEmpty, id: text } = found[index];
        expect(kind === 'current').toBe(!isEmpty && recorded.includes(text ?? ''));
      });
    }),
  );
});

test('empty and old disks are lost, and the message tells them apart', () => {
  const states = diskStates(
    [
      disk(),
      disk({ logDir: '/data/1', isEmpty: true }),
      disk({ logDir: '/data/2', id: 'z' }),
      disk({ logDir: '/data/3', isEmpty: true }),
    ],
    ['a'],
  );
  expect(lostDisks(states)).toEqual(['/data/1', '/data/2', '/data/3']);
  expect(describeLostDisks(states, 'broker 1003', { disks: ['a', 'c'], node: 'node-1' })).toBe(
    '/data/1, /data/3 of broker 1003 is empty, and /data/2 of broker 1003 has old data: this is disk z, and the last start ' +
      'was on disk a, c of node node-1',
  );
});

describe('ids on disks', () => {
  let folder: string;

  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'disk-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const stored = async () => (await readFile(join(folder, DISK_ID_FILE), 'utf8')).trim();

  test('the disk of the last start keeps its id', async () => {
    expect(await assignDiskIds([{ logDir: folder, kind: 'current', id: 'a' }])).toEqual(['a']);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['an empty disk', { kind: 'empty', id: 'a' }],
    ['an old disk', { kind: 'old', id: 'z' }],
    ['a disk without an id', { kind: 'current' }],
  ] as const)('%s gets a new id', async (_, state) => {
    const [id] = await assignDiskIds([{ logDir: folder, ...state }]);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await stored()).toBe(id);
    expect(await readdir(folder)).toEqual([DISK_ID_FILE]);
  });

  test('a disk that cannot be written is an error of the disk', async () => {
    await expect(assignDiskIds([{ logDir: join(folder, 'missing'), kind: 'empty' }])).rejects.toMatchObject({
      message: expect.stringMatching(/missing\/cdk8s-kafka-disk-id cannot be written: ENOENT/),
      hint: 'the volume must be writable for group 1000; check the disk of the node and the StorageClass',
    });
  });
});
