import { IConstruct } from 'constructs';
import { newMap, newCluster, newZookeeperCluster } from '../../support/cases';
import { Manifest, find, newChart, synth } from '../../support/testing';

/** Secrets of certificates that the pods of a StatefulSet mount. */
function secretsOf(objects: readonly Manifest[], statefulSet: string): string[] {
  const { volumes } = find(objects, 'StatefulSet', statefulSet).spec.template.spec;
  const sources: Manifest[] = volumes.flatMap(({ projected }: Manifest) => projected?.sources ?? []);
  return [...new Set(sources.flatMap(({ secret }) => (secret ? [secret.name as string] : [])))];
}

test.each<[string, (define: ReturnType<typeof newChart>) => IConstruct, string]>([
  ['controllers', (chart) => newMap(newCluster(chart)), 'events-controllers'],
  ['ZooKeeper servers', (chart) => newMap(newZookeeperCluster(chart)), 'zookeeper'],
])('brokers have a certificate of their own for %s, and not the key of the servers', (_, define, servers) => {
  const chart = newChart();
  define(chart);
  const objects = synth(chart);

  expect(secretsOf(objects, servers)).toEqual([`${servers}-tls`]);
  expect(secretsOf(objects, 'events-streams')).toEqual(['events-tls', `${servers}-client-tls`]);
  const { pkis } = JSON.parse(find(objects, 'ConfigMap', 'events-authority').data['agent.json']);
  expect(
    pkis[1].certificates.map(({ secret, commonName, dnsNames }: Manifest) => [secret, commonName, dnsNames]),
  ).toEqual([
    [`${servers}-tls`, servers, expect.anything()],
    [
      `${servers}-client-tls`,
      servers === 'zookeeper' ? 'zookeeper-brokers' : 'events-brokers',
      [servers === 'zookeeper' ? 'zookeeper-brokers' : 'events-brokers'],
    ],
  ]);
});
