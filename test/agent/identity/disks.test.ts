import fc from 'fast-check';
import { LogDirContents, emptyDisks } from '../../../agent/identity/disks';

const CLUSTER = 'q1Sh-9_ISia_zwGINzRvyQ';
const OWNER = { id: 1003, clusterId: CLUSTER };

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
  ['nothing on it', []],
  ['what a file system puts there', ['lost+found']],
  ['a file of Kafka that holds no data', ['.lock', 'recovery-point-offset-checkpoint']],
])('a disk without meta.properties and with %s is empty', (_, entries) => {
  expect(emptyDisks(OWNER, [disk(undefined, ...entries)])).toEqual(['/data/0/kafka']);
});

test.each([
  ['as Kafka writes it', kraftMeta(1003, CLUSTER)],
  ['in ZooKeeper mode', lines('version=0', 'broker.id=1003', `cluster.id=${CLUSTER}`)],
  ['with Windows line ends', kraftMeta(1003, CLUSTER).replaceAll('\n', '\r\n')],
  [
    'with a comment that looks like a setting',
    lines('#node.id=7', '#cluster.id=other', kraftMeta(1003, CLUSTER)),
  ],
  ['with another kind of comment', lines('!node.id=7', kraftMeta(1003, CLUSTER))],
  ['with spaces around', lines(' node.id = 1003 ', `cluster.id = ${CLUSTER}`)],
  ['without a cluster id', lines('version=0', 'broker.id=1003')],
])('a disk of this server, %s, is not empty', (_, meta) => {
  expect(emptyDisks(OWNER, [disk(meta)])).toEqual([]);
});

test('reads the escapes of Java in a cluster id', () => {
  const owner = { id: 1003, clusterId: 'events:eu=1' };
  expect(emptyDisks(owner, [disk(lines('node.id=1003', 'cluster.id=events\\:eu\\=1'))])).toEqual([]);
});

test('a disk with partitions of this server is not empty', () => {
  expect(emptyDisks(OWNER, [disk(kraftMeta(1003, CLUSTER), 'orders-0')])).toEqual([]);
});

test.each([
  ['node.id', kraftMeta(1002, CLUSTER)],
  ['broker.id', lines('version=0', 'broker.id=1002')],
  ['node.id, with Windows line ends', kraftMeta(1002, CLUSTER).replaceAll('\n', '\r\n')],
])('refuses the disk of another server (%s), naming both', (_, meta) => {
  expect(() => emptyDisks(OWNER, [disk(meta)])).toThrow(
    expect.objectContaining({
      message: '/data/0/kafka belongs to server 1002, this is server 1003',
      mend: 'bind the volume of this server, or wipe the disk if the data on it is not needed any more',
      exitCode: 78,
    }),
  );
});

test('refuses the disk of another cluster, naming both', () => {
  expect(() => emptyDisks(OWNER, [disk(kraftMeta(1003, 'AnotherClusterAAAAAAAA'))])).toThrow(
    expect.objectContaining({
      message: `/data/0/kafka belongs to cluster AnotherClusterAAAAAAAA, this is cluster ${CLUSTER}`,
      mend:
        "set clusterId to 'AnotherClusterAAAAAAAA' to take over that cluster's disks, " +
        'or wipe the disk if its data is not needed any more',
    }),
  );
});

test('leaves the cluster id to Kafka in ZooKeeper mode', () => {
  expect(emptyDisks({ id: 1003 }, [disk(kraftMeta(1003, 'AnotherClusterAAAAAAAA'))])).toEqual([]);
});

test.each([
  ['a partition', 'orders-0'],
  ['a partition of a topic with dots', 'my.orders-12'],
  ['a partition that is being deleted', 'orders-0.7b5c0a2f9d4e4c0f8f2b6a1d3e5c7f90-delete'],
  ['a partition that moves here from another disk', 'orders-0.7b5c0a2f9d4e4c0f8f2b6a1d3e5c7f90-future'],
  ['a partition that nobody expected', 'my.orders-12.7b5c0a2f9d4e4c0f8f2b6a1d3e5c7f90-stray'],
  ['the metadata', '__cluster_metadata-0'],
])('refuses data of which nobody knows whose it is: %s', (_, entry) => {
  expect(() => emptyDisks(OWNER, [disk(undefined, 'lost+found', entry)])).toThrow(
    expect.objectContaining({
      message: `/data/0/kafka has no meta.properties, but data (${entry})`,
      mend: 'restore the file from the other disks of this server, or move the data away to start empty',
      exitCode: 78,
    }),
  );
});

test.each([
  ['with nothing in it', ''],
  ['that was cut off', lines('#', 'version=1', `cluster.id=${CLUSTER}`)],
  ['whose id is a comment', lines('#node.id=1003', 'version=1')],
])('refuses a meta.properties %s, which names no server', (_, meta) => {
  expect(() => emptyDisks(OWNER, [disk(meta)])).toThrow(
    expect.objectContaining({
      message: '/data/0/kafka/meta.properties names no server',
      mend: 'restore the file from the other disks of this server, or move the data away to start empty',
      exitCode: 78,
    }),
  );
});

test('one bad disk among good ones is enough to refuse', () => {
  const disks = [
    { ...disk(kraftMeta(1003, CLUSTER)), logDir: '/data/0/kafka' },
    { ...disk(kraftMeta(1001, CLUSTER)), logDir: '/data/1/kafka' },
  ];
  expect(() => emptyDisks(OWNER, disks)).toThrow('/data/1/kafka belongs to server 1001, this is server 1003');
});

test('names exactly the empty disks, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (areEmpty) => {
      const disks = areEmpty.map((isEmpty, index) => ({
        ...disk(isEmpty ? undefined : kraftMeta(1003, CLUSTER)),
        logDir: `/data/${index}`,
      }));
      const expected = disks.filter((_, index) => areEmpty[index]).map(({ logDir }) => logDir);
      expect(emptyDisks(OWNER, disks)).toEqual(expected);
    }),
  );
});

test('no meta.properties of another server passes, however it is written', () => {
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
      expect(() => emptyDisks(OWNER, [disk(meta)])).toThrow(`belongs to server ${id}, this is server 1003`);
    }),
  );
});
