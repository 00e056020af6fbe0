import { Size } from 'cdk8s';
import { ServerStorage } from '../../../lib';
import { claimTemplates, diskMounts, disksOf } from '../../../lib/nodes/disks';

const size = Size.gibibytes(100);

test.each([1, 2, 12])('%i disks have stable names', (disks) => {
  // GIVEN
  const storage = ServerStorage.localVolume({ storageClassName: 'local', size, disks });
  const numbers = Array.from({ length: disks }, (_, index) => index);

  // THEN
  expect(disksOf(storage)).toEqual(
    numbers.map((n) => ({
      claim: `data-${n}`,
      mountPath: `/var/lib/kafka/data-${n}`,
      logDir: `/var/lib/kafka/data-${n}/kafka-log`,
    })),
  );
  expect(diskMounts(disksOf(storage))).toEqual(
    numbers.map((n) => ({ name: `data-${n}`, mountPath: `/var/lib/kafka/data-${n}` })),
  );
  expect(claimTemplates(storage, { a: 'b' })).toEqual(
    numbers.map((n) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: `data-${n}`, labels: { a: 'b' } },
      spec: {
        accessModes: ['ReadWriteOnce'],
        volumeMode: 'Filesystem',
        storageClassName: 'local',
        resources: { requests: { storage: '100Gi' } },
      },
    })),
  );
});

test('a volume of the default StorageClass has no field storageClassName; an empty one would disable provisioning', () => {
  const [claim] = claimTemplates(ServerStorage.networkVolume({ size }), {});

  expect(claim).not.toHaveProperty(['spec', 'storageClassName']);
});
