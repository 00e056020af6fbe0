import { Size } from 'cdk8s';
import { ServerStorage, InstanceStoreOptions, InstanceType } from '../../../lib';
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
])('%s', (_, storage, expected) => {
  expect(storage).toMatchObject(expected);
  expect(storage.size.toGibibytes()).toBe(100);
});

test('an instance store has the disks of the machine', () => {
  const storage = ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, { storageClassName });

  expect(storage).toMatchObject({ storageClassName, disks: 2 });
  expect(storage.size.toGibibytes()).toBe(2211);
});

test('an instance store may leave disks to others', () => {
  const everything: Required<InstanceStoreOptions> = { storageClassName, disks: 1 };

  expect(ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, everything)).toMatchObject(everything);
});

test('fails when the machine has fewer disks', () => {
  expect(
    messageOf(() => ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, { storageClassName, disks: 3 })),
  ).toBe('3 disks on an i3en.2xlarge, which has 2; ask for 2 or fewer');
});

test.each([0, -1, 1.5, NaN])('fails when there are %d disks', (disks) => {
  const message = `${disks} disks: data needs a place; ask for 1 disk or more`;

  expect(messageOf(() => ServerStorage.localVolume({ storageClassName, size, disks }))).toBe(message);
  expect(messageOf(() => ServerStorage.networkVolume({ size, disks }))).toBe(message);
  expect(
    messageOf(() => ServerStorage.instanceStore(InstanceType.I3EN_2XLARGE, { storageClassName, disks })),
  ).toBe(message);
});

describe('volumes', () => {
  test('may have 1 MiB', () => {
    expect(ServerStorage.networkVolume({ size: Size.kibibytes(1024) }).size.toMebibytes()).toBe(1);
  });

  test.each([Size.kibibytes(1023), Size.kibibytes(0)])('fail when they have less (%#)', (small) => {
    const message = `volumes of ${small.toKibibytes()} KiB hold no data; ask for the size of the disks`;

    expect(messageOf(() => ServerStorage.networkVolume({ size: small }))).toBe(message);
    expect(messageOf(() => ServerStorage.localVolume({ storageClassName, size: small }))).toBe(message);
  });
});
