import { Size } from 'cdk8s';
import { ServerStorage } from '../../../lib';
import { newBrokers, newCluster } from '../../support/cases';
import { Manifest, newChart, serverParts } from '../../support/testing';

const brokersWith = (storage: ServerStorage) => serverParts(newBrokers(newCluster(newChart()), { storage }));

describe('ephemeral storage', () => {
  const size = Size.gibibytes(900);

  test('is an emptyDir without a limit, which the scheduler reserves on the node', () => {
    // WHEN
    const { set, pod, settings } = brokersWith(ServerStorage.ephemeral({ size }));

    // THEN
    expect(pod.volumes).toContainEqual({ name: 'data-0', emptyDir: {} });
    expect(pod.containers[0].resources.requests['ephemeral-storage']).toBe('921920Mi');
    expect(pod.containers[0].resources.limits).not.toHaveProperty('ephemeral-storage');
    expect(set.spec).not.toHaveProperty('volumeClaimTemplates');
    expect(set.spec).not.toHaveProperty('persistentVolumeClaimRetentionPolicy');
    expect(settings['log.dirs']).toBe('/var/lib/kafka/data-0/kafka-log');
  });

  test('of a StorageClass is a generic ephemeral volume', () => {
    // WHEN
    const storage = ServerStorage.ephemeral({ size, storageClassName: 'local-nvme' });
    const { set, pod } = brokersWith(storage);

    // THEN
    const labels = set.spec.selector.matchLabels;
    expect(pod.volumes.find(({ name }: Manifest) => name === 'data-0')).toEqual({
      name: 'data-0',
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { labels },
          spec: {
            accessModes: ['ReadWriteOnce'],
            volumeMode: 'Filesystem',
            storageClassName: 'local-nvme',
            resources: { requests: { storage: '900Gi' } },
          },
        },
      },
    });
    expect(pod.containers[0].resources.requests['ephemeral-storage']).toBe('320Mi');
    expect(set.spec).not.toHaveProperty('volumeClaimTemplates');
  });
});
