import fc from 'fast-check';
import { mountRoot, readMount, unmountedReason } from '../../../agent/identity/mounts';

const GIB = 1024 ** 3;

test.each([
  ['a file system of the size of the claim', 1700 * GIB],
  ['a file system that is smaller by its inodes and its journal', 1673 * GIB],
  ['a file system that is larger than the claim', 3500 * GIB],
])('%s can be the volume', (_, bytes) => {
  expect(unmountedReason({ root: '/', bytes }, 1700 * GIB)).toBeUndefined();
});

test.each([
  ['smaller', 100 * GIB],
  ['larger', 9000 * GIB],
])('a folder of a file system that is %s than the claim is not the volume', (_, bytes) => {
  expect(unmountedReason({ root: '/mnt/disks/disk-0', bytes }, 1700 * GIB)).toBe(
    `it is the folder /mnt/disks/disk-0 of a file system of ${bytes / GIB === 100 ? '100 GiB' : '8.8 TiB'}, ` +
      'not a file system of its own',
  );
});

test('a file system that is much smaller than the claim is not the volume', () => {
  expect(unmountedReason({ root: '/', bytes: 100 * GIB }, 1700 * GIB)).toBe(
    'its file system has 100 GiB, less than the claim requests',
  );
});

test('a whole file system that holds what the claim requests is always accepted', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (claimBytes, more) => {
      expect(unmountedReason({ root: '/', bytes: claimBytes + more }, claimBytes)).toBeUndefined();
    }),
  );
});

/** From a container: an overlay, a local volume, and an unmounted one below a folder with a blank. */
const MOUNT_INFO = `1028 850 0:201 / / ro,relatime master:302 - overlay overlay rw,lowerdir=/a
1040 1028 7:12 / /var/lib/kafka/data-0 rw,relatime - ext4 /dev/loop12 rw
1041 1028 8:1 /mnt/my\\040disks/disk-1 /var/lib/kafka/data-1 rw,relatime - ext4 /dev/sda1 rw
1042 1028 8:1 /first /var/lib/kafka/data-2 rw,relatime - ext4 /dev/sda1 rw
1043 1042 7:13 / /var/lib/kafka/data-2 rw,relatime - ext4 /dev/loop13 rw
`;

test.each([
  ['/var/lib/kafka/data-0', '/'],
  ['/var/lib/kafka/data-1', '/mnt/my disks/disk-1'],
  ['/var/lib/kafka/data-2', '/'],
  ['/var/lib/kafka', undefined],
])('the root of the mount at %s is %s', (path, root) => {
  expect(mountRoot(MOUNT_INFO, path)).toBe(root);
});

test('reads the mount of this machine', async () => {
  const { bytes, root } = await readMount('/proc');
  expect([root, typeof bytes]).toEqual(['/', 'number']);
});

test('a path that does not exist is an error of the disk', async () => {
  await expect(readMount('/no-such-disk')).rejects.toThrow('/no-such-disk is not usable: ENOENT');
});
