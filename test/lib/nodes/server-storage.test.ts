import { Size } from 'cdk8s';
import { InstanceStoreOptions, InstanceType, ServerStorage } from '../../../lib';
import { messageOf } from '../../support/testing';

const size = Size.gibibytes(100);
const storageClassName = 'local-nvme';

test.each<[string, ServerStorage, object]>([
  ['a local volume', ServerStorage.localVolume({ storageClassName, size }), { storageClassName, disks: 1 }],
  ['local volumes', ServerStorage.localVolume({ storageClassName, size, disks: 3 }), { disks: 3 }],
  [
    'a volume of the default class',
    ServerStorage.networkVolume({ size }),
    { storageClassName: undefined, disks: 1 },
  ],
  [
    'volumes of a class',
    ServerStorage.networkVolume({ size, storageClassName: 'fast', disks: 2 }),
    { storageClassName: 'fast', disks: 2 },
  ],
  ['an emptyDir', ServerStorage.ephemeral({ size }), { storageClassName: undefined, disks: 1 }],
  [
    'an ephemeral volume',
    ServerStorage.ephemeral({ size, storageClassName }),
    { storageClassName, disks: 1 },
  ],
])('%s', (_, storage, expected) => {
  expect(storage).toMatchObject(expected);
  expect(storage.size.toGibibytes()).toBe(100);
});

test('an instance store has all disks of the instance type', () => {
  const storage = ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, { storageClassName });

  expect(storage).toMatchObject({ storageClassName, disks: 2 });
  expect(storage.size.toGibibytes()).toBe(2211);
});

test('an instance store can use fewer disks than the instance type has', () => {
  const everything: Required<InstanceStoreOptions> = { storageClassName, disks: 1 };

  expect(ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, everything)).toMatchObject(everything);
});

test.each<[string, ServerStorage, number | undefined]>([
  ['a local volume', ServerStorage.localVolume({ storageClassName, size }), 100 * 1024 ** 3],
  [
    'an instance store',
    ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, { storageClassName }),
    2211 * 1024 ** 3,
  ],
  [
    'a folder of a shared file system',
    ServerStorage.localVolume({ storageClassName, size, sharedFileSystem: true }),
    undefined,
  ],
  ['an ephemeral volume', ServerStorage.ephemeral({ size, storageClassName }), undefined],
  ['a network volume, which can grow', ServerStorage.networkVolume({ size }), undefined],
])('the file system of %s is compared with %d bytes', (_, storage, bytes) => {
  expect(storage._localVolumeBytes).toBe(bytes);
});

test('fails when the instance type has fewer disks', () => {
  expect(
    messageOf(() => ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, { storageClassName, disks: 3 })),
  ).toBe('disks must be at most 2 on i3en.2xlarge, got 3');
});

test.each([0, -1, 1.5, NaN, 129, 2147483647])('fails when there are %d disks', (disks) => {
  const message = `disks must be from 1 to 128, got ${disks}`;

  expect(messageOf(() => ServerStorage.localVolume({ storageClassName, size, disks }))).toBe(message);
  expect(messageOf(() => ServerStorage.networkVolume({ size, disks }))).toBe(message);
  expect(
    messageOf(() => ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, { storageClassName, disks })),
  ).toBe(message);
});

describe('volumes', () => {
  test('can have 1 MiB', () => {
    expect(ServerStorage.networkVolume({ size: Size.kibibytes(1024) }).size.toMebibytes()).toBe(1);
  });

  test.each([Size.kibibytes(1023), Size.kibibytes(0)])('fails when a volume has less (%#)', (small) => {
    const message = `size must be 1 MiB or more, got ${small.toKibibytes()} KiB`;

    expect(messageOf(() => ServerStorage.networkVolume({ size: small }))).toBe(message);
    expect(messageOf(() => ServerStorage.localVolume({ storageClassName, size: small }))).toBe(message);
  });
});
