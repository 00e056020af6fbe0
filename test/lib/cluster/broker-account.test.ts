import { NodeIds } from '../../../lib';
import { newBrokers, newCluster, newMap } from '../../support/cases';
import { newChart } from '../../support/testing';

test('the account of a map writes the ledger and the Lease of this map, and only reads those of other maps', () => {
  // GIVEN
  const cluster = newCluster(newChart());
  const streams = newBrokers(cluster);
  const archive = newBrokers(cluster, { mapName: 'archive', brokerIds: NodeIds.between(2001, 2003) });

  // THEN
  expect(streams.statefulSet.toJson().spec.template.spec.serviceAccountName).toBe('events-streams');
  expect(archive.roleBinding.toJson().subjects).toEqual([
    { kind: 'ServiceAccount', name: 'events-archive', namespace: 'kafka' },
  ]);
  expect(cluster.clusterRoleBinding.toJson().subjects.map(({ name }: { name: string }) => name)).toEqual([
    'events-streams',
    'events-archive',
  ]);
  expect(streams.role.toJson().rules).toEqual([
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['events-streams-ledger'],
      verbs: ['get', 'patch'],
    },
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['events-topics-status'],
      verbs: ['get'],
    },
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['events-streams-stop'],
      verbs: ['create', 'get', 'patch', 'update'],
    },
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['events-streams'], verbs: ['get'] },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kafka'], verbs: ['get'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['events-archive-stop'],
      verbs: ['get'],
    },
  ]);
});

test('the map of the internal topics reads the result of the topic synchronization', () => {
  // GIVEN
  const cluster = newCluster(newChart());
  const first = newMap(cluster);
  const second = newMap(cluster, {
    mapName: 'archive',
    topicPatterns: ['archive'],
    brokerIds: NodeIds.between(2001, 2003),
  });

  // THEN
  const readers = [first, second].map(({ brokers: { role } }) =>
    JSON.stringify(role.toJson()).includes('events-topics-status'),
  );
  expect(readers).toEqual([true, false]);
});
