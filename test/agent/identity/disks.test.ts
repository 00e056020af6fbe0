import fc from 'fast-check';
import { LogDirContents, hasPartitions, isFormatted, ownedDisks } from '../../../agent/identity/disks';

const CLUSTER = 'q1Sh-9_ISia_zwGINzRvyQ';
const OWNER = { id: 1003, clusterId: CLUSTER };
const RESTORE_HINT =
  'restore the file from another disk of this server, or move the data away to start with an empty disk';

const emptyOnes = (...args: Parameters<typeof ownedDisks>) =>
  ownedDisks(...args)
    .filter(({ isEmpty }) => isEmpty)
    .map(({ logDir }) => logDir);

const lines = (...parts: string[]) => parts.join('\n');
const disk = (metaProperties: string | undefined, ...entries: string[]): LogDirContents => ({
  logDir: '/data/0/kafka',
  metaProperties,
  entries: metaProperties === undefined ? entries : ['meta.properties', ...entries],
});

/** As Kafka itself writes it. */
const kraftMeta = (id: number, clusterId: string) =>
  lines('#', '#Mon Nov 23 13:00:00 UTC 2026', `cluster.id=${clusterId}`, 'version=1', `node.id=${id}`, '');

test.each([
  ['no entries', []],
  ['an entry of the file system', ['lost+found']],
  ['files of Kafka without data', ['.lock', 'recovery-point-offset-checkpoint']],
])('a disk without meta.properties and with %s is empty', (_, entries) => {
  expect(emptyOnes(OWNER, [disk(undefined, ...entries)])).toEqual(['/data/0/kafka']);
});

test.each([
  ['as Kafka writes it', kraftMeta(1003, CLUSTER)],
  ['in ZooKeeper mode', lines('version=0', 'broker.id=1003', `cluster.id=${CLUSTER}`)],
  ['with Windows line endings', kraftMeta(1003, CLUSTER).replaceAll('\n', '\r\n')],
  [
    'with a comment that looks like a setting',
    lines('#node.id=7', '#cluster.id=other', kraftMeta(1003, CLUSTER)),
  ],
  ['with another type of comment', lines('!node.id=7', kraftMeta(1003, CLUSTER))],
  ['with spaces around', lines(' node.id = 1003 ', `cluster.id = ${CLUSTER}`)],
  ['without a cluster id', lines('version=0', 'broker.id=1003')],
])('a disk of this server, %s, is not empty', (_, meta) => {
  expect(emptyOnes(OWNER, [disk(meta)])).toEqual([]);
});

test('parses the escapes of Java properties in a cluster id', () => {
  const owner = { id: 1003, clusterId: 'events:eu=1' };
  expect(emptyOnes(owner, [disk(lines('node.id=1003', 'cluster.id=events\\:eu\\=1'))])).toEqual([]);
});

test('a disk with partitions of this server is not empty', () => {
  expect(emptyOnes(OWNER, [disk(kraftMeta(1003, CLUSTER), 'orders-0')])).toEqual([]);
});

test.each([
  ['node.id', kraftMeta(1002, CLUSTER)],
  ['broker.id', lines('version=0', 'broker.id=1002')],
  ['node.id, with Windows line ends', kraftMeta(1002, CLUSTER).replaceAll('\n', '\r\n')],
])('rejects the disk of another server (%s) and names both', (_, meta) => {
  expect(() => ownedDisks(OWNER, [disk(meta)])).toThrow(
    expect.objectContaining({
      message: '/data/0/kafka belongs to server 1002, this is server 1003',
      hint: 'bind the volume of this server, or wipe the disk if its data is not needed any more',
      exitCode: 78,
    }),
  );
});

test('rejects the disk of another cluster and names both', () => {
  expect(() => ownedDisks(OWNER, [disk(kraftMeta(1003, 'AnotherClusterAAAAAAAA'))])).toThrow(
    expect.objectContaining({
      message: `/data/0/kafka belongs to cluster AnotherClusterAAAAAAAA, this is cluster ${CLUSTER}`,
      hint:
        "set clusterId to 'AnotherClusterAAAAAAAA' if the disk belongs to this cluster, " +
        'or wipe the disk if its data is not needed any more',
    }),
  );
});

test('does not check the cluster id in ZooKeeper mode, in which Kafka checks it', () => {
  expect(emptyOnes({ id: 1003 }, [disk(kraftMeta(1003, 'AnotherClusterAAAAAAAA'))])).toEqual([]);
});

test.each([
  ['a partition', 'orders-0'],
  ['a partition of a topic with dots', 'my.orders-12'],
  ['a partition that is being deleted', 'orders-0.7b5c0a2f9d4e4c0f8f2b6a1d3e5c7f90-delete'],
  ['a partition that moves from another disk', 'orders-0.7b5c0a2f9d4e4c0f8f2b6a1d3e5c7f90-future'],
  ['a stray partition', 'my.orders-12.7b5c0a2f9d4e4c0f8f2b6a1d3e5c7f90-stray'],
  ['the metadata log', '__cluster_metadata-0'],
])('rejects data without a known owner: %s', (_, entry) => {
  expect(() => ownedDisks(OWNER, [disk(undefined, 'lost+found', entry)])).toThrow(
    expect.objectContaining({
      message: `/data/0/kafka has data (${entry}) but no meta.properties, so its owner is not known`,
      hint: RESTORE_HINT,
      exitCode: 78,
    }),
  );
});

test.each([
  ['without contents', ''],
  ['that is truncated', lines('#', 'version=1', `cluster.id=${CLUSTER}`)],
  ['with the id in a comment', lines('#node.id=1003', 'version=1')],
])('rejects a meta.properties %s', (_, meta) => {
  expect(() => ownedDisks(OWNER, [disk(meta)])).toThrow(
    expect.objectContaining({
      message: '/data/0/kafka/meta.properties has no node.id or broker.id, so its owner is not known',
      hint: RESTORE_HINT,
      exitCode: 78,
    }),
  );
});

test('rejects one disk of another server among own disks', () => {
  const disks = [
    { ...disk(kraftMeta(1003, CLUSTER)), logDir: '/data/0/kafka' },
    { ...disk(kraftMeta(1001, CLUSTER)), logDir: '/data/1/kafka' },
  ];
  expect(() => ownedDisks(OWNER, disks)).toThrow('/data/1/kafka belongs to server 1001, this is server 1003');
});

test('returns exactly the empty disks, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (areEmpty) => {
      const disks = areEmpty.map((isEmpty, index) => ({
        ...disk(isEmpty ? undefined : kraftMeta(1003, CLUSTER)),
        logDir: `/data/${index}`,
      }));
      const expected = disks.filter((_, index) => areEmpty[index]).map(({ logDir }) => logDir);
      expect(emptyOnes(OWNER, disks)).toEqual(expected);
    }),
  );
});

test('rejects the meta.properties of another server in any notation', () => {
  const decoration = fc.record({
    comment: fc.constantFrom('', '#node.id=1003', '# by hand', '!x'),
    end: fc.constantFrom('\n', '\r\n'),
    pad: fc.constantFrom('', ' '),
    key: fc.constantFrom('node.id', 'broker.id'),
  });
  fc.assert(
    fc.property(fc.nat(9999), decoration, (id, { comment, end, pad, key }) => {
      fc.pre(id !== OWNER.id);
      const meta = [
        comment,
        'version=1',
        `${pad}${key}${pad}=${pad}${id}${pad}`,
        `cluster.id=${CLUSTER}`,
      ].join(end);
      expect(() => ownedDisks(OWNER, [disk(meta)])).toThrow(`belongs to server ${id}, this is server 1003`);
    }),
  );
});

describe('disks are formatted', () => {
  const disk = (metaProperties?: string) => ({ logDir: '/d', entries: [], metaProperties });
  const complete = disk('version=1\ncluster.id=q1Sh-9_ISia_zwGINzRvyQ\nnode.id=1\n');

  test('if meta.properties of each has a cluster id and a node id', () => {
    expect(isFormatted([complete, complete])).toBe(true);
  });

  test.each([
    ['one has no meta.properties', disk()],
    ['one has an empty file', disk('')],
    ['one has no cluster id', disk('node.id=1')],
    ['one has no node id, as before KRaft', disk('cluster.id=x\nbroker.id=1')],
  ])('but not if %s', (_, other) => {
    expect(isFormatted([complete, other])).toBe(false);
  });
});

test('returns the id of each disk', () => {
  const disks = [{ ...disk(kraftMeta(1003, CLUSTER)), diskId: 'a1' }, disk(undefined)];
  expect(ownedDisks(OWNER, disks)).toEqual([
    { logDir: '/data/0/kafka', isEmpty: false, id: 'a1' },
    { logDir: '/data/0/kafka', isEmpty: true, id: undefined },
  ]);
});

test.each([
  ['partitions', ['orders-0'], true],
  ['partitions that Kafka has set aside', ['orders-0.8d2b61af8b8e4c7db23ba8e2e12b36a2-stray'], true],
  ['the metadata only', ['__cluster_metadata-0', 'meta.properties'], false],
  ['no folders', ['bootstrap.checkpoint'], false],
])('a disk with %s: has partitions %s', (_, entries, expected) => {
  expect(hasPartitions(disk(kraftMeta(1003, CLUSTER), ...entries))).toBe(expected);
});
