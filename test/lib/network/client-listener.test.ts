import { CaBundle, ClientAuthentication, ClientListener } from '../../../lib';
import { newMap, newCluster, newZookeeperCluster } from '../../support/cases';
import { find, messageOf, newChart, settingsOf, synth } from '../../support/testing';

function settingsWith(...listeners: ClientListener[]): Record<string, string> {
  const chart = newChart();
  newMap(newCluster(chart, { listeners }));
  return settingsOf(chart.toJson(), 'events-streams');
}

function newClusterWith(...listeners: ClientListener[]) {
  return newCluster(newChart(), { listeners });
}

test('brokers require a client certificate from the CA of the cluster by default', () => {
  expect(settingsWith(ClientListener.tls())).toMatchObject({
    listeners: 'INTERNAL://:9091,CLIENT://:9092',
    'listener.security.protocol.map': 'INTERNAL:SSL,CLIENT:SSL,CONTROLLER:SSL',
    'listener.name.client.ssl.client.auth': 'required',
    'listener.name.client.ssl.keystore.type': 'PEM',
    'listener.name.client.ssl.keystore.location': '/run/cdk8s-kafka-stores/cluster/keystore.pem',
    'listener.name.client.ssl.truststore.type': 'PEM',
    'listener.name.client.ssl.truststore.location': '/run/cdk8s-kafka-stores/cluster/truststore.pem',
  });
});

test('a listener can require client certificates from another CA', () => {
  const authentication = ClientAuthentication.mutualTls({ clientCa: CaBundle.secret('partners') });
  const chart = newChart();
  newMap(newCluster(chart, { listeners: [ClientListener.tls({ name: 'FAR_AWAY', authentication })] }));
  const objects = synth(chart);

  expect(settingsOf(objects, 'events-streams')).toMatchObject({
    'listener.name.far_away.ssl.keystore.location': '/run/cdk8s-kafka-stores/cluster/keystore.pem',
    'listener.name.far_away.ssl.truststore.location':
      '/run/cdk8s-kafka-stores/clients-far-away/truststore.pem',
    'listener.name.far_away.ssl.client.auth': 'required',
  });
  const { volumes } = find(objects, 'StatefulSet', 'events-streams').spec.template.spec;
  expect(volumes).toContainEqual({
    name: 'certificates-clients-far-away',
    projected: {
      defaultMode: 0o440,
      sources: [{ secret: { name: 'partners', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }],
    },
  });
});

test('SCRAM: encrypted, without client certificates', () => {
  const authentication = ClientAuthentication.scramSha512();

  expect(settingsWith(ClientListener.tls({ authentication }))).toMatchObject({
    'listener.security.protocol.map': 'INTERNAL:SSL,CLIENT:SASL_SSL,CONTROLLER:SSL',
    'listener.name.client.ssl.client.auth': 'none',
    'listener.name.client.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  });
});

test('no authentication: encrypted', () => {
  const settings = settingsWith(ClientListener.tls({ authentication: ClientAuthentication.none() }));

  expect(settings['listener.security.protocol.map']).toBe('INTERNAL:SSL,CLIENT:SSL,CONTROLLER:SSL');
  expect(settings['listener.name.client.ssl.client.auth']).toBe('none');
});

test('a plaintext listener leaves the other listeners encrypted', () => {
  const settings = settingsWith(ClientListener.plaintext());

  expect(settings['listener.security.protocol.map']).toBe('INTERNAL:SSL,CLIENT:PLAINTEXT,CONTROLLER:SSL');
  expect(Object.keys(settings).filter((name) => name.startsWith('listener.name.client.'))).toEqual([]);
});

test('brokers on ZooKeeper have the same listeners, without CONTROLLER', () => {
  const chart = newChart();
  newMap(newZookeeperCluster(chart));

  expect(settingsOf(synth(chart), 'events-streams')).toMatchObject({
    'listener.security.protocol.map': 'INTERNAL:SSL,CLIENT:SSL',
    'zookeeper.ssl.client.enable': 'true',
    'zookeeper.clientCnxnSocket': 'org.apache.zookeeper.ClientCnxnSocketNetty',
    'zookeeper.ssl.keystore.location': '/run/cdk8s-kafka-stores/metadata/keystore.pem',
  });
});

test('the headless Service has a port for every listener, the bootstrap Service for client listeners only', () => {
  const chart = newChart();
  const listeners = [ClientListener.tls(), ClientListener.tls({ name: 'SECOND', port: 9192 })];
  const cluster = newCluster(chart, { listeners });
  newMap(cluster);

  const ports = (object: { toJson: () => { spec: { ports: { name: string; port: number }[] } } }) =>
    object.toJson().spec.ports.map(({ name, port }) => `${name} ${port}`);
  expect(ports(cluster.service)).toEqual(['internal 9091', 'client 9092', 'second 9192']);
  expect(ports(cluster.bootstrapService)).toEqual(['client 9092', 'second 9192']);
  expect(cluster.bootstrapServers).toBe('events-bootstrap.kafka.svc.cluster.local:9092');
});

test.each([['client'], ['9CLIENT'], ['CLIENT_'], ['CLI ENT'], ['A__B'], ['SIXTEEN_LETTERS_'], ['']])(
  "fails when a listener has the name '%s'",
  (name) => {
    expect(messageOf(() => ClientListener.tls({ name }))).toBe(
      `listener name '${name}' is not valid; use up to 15 capital letters, digits and single '_', starting with a letter, ` +
        "for example 'CLIENT'",
    );
  },
);

test.each([[0], [443], [1023], [65_536], [9092.5]])('fails when the port of a listener is %d', (port) => {
  expect(messageOf(() => ClientListener.plaintext({ port }))).toBe(
    `port of listener CLIENT is ${port}; brokers do not run as root, so use 1024 to 65535`,
  );
});

test.each<[what: string, listeners: ClientListener[], message: string]>([
  [
    'two listeners share a name',
    [ClientListener.tls(), ClientListener.tls({ port: 9192 })],
    "listener CLIENT (port 9192) of cluster 'events' conflicts with listener CLIENT (port 9092)",
  ],
  [
    'two listeners share a port',
    [ClientListener.tls(), ClientListener.tls({ name: 'SECOND' })],
    "listener SECOND (port 9092) of cluster 'events' conflicts with listener CLIENT (port 9092)",
  ],
  [
    'a listener has the name of the internal listener',
    [ClientListener.tls({ name: 'INTERNAL' })],
    "listener INTERNAL (port 9092) of cluster 'events' conflicts with listener INTERNAL (port 9091)",
  ],
  [
    'a listener has the port of the internal listener',
    [ClientListener.tls({ port: 9091 })],
    "listener CLIENT (port 9091) of cluster 'events' conflicts with listener INTERNAL (port 9091)",
  ],
  [
    'a listener has the name of the controller listener',
    [ClientListener.tls({ name: 'CONTROLLER' })],
    "listener CONTROLLER of the controllers of cluster 'events' conflicts with listener CONTROLLER (port 9092)",
  ],
  [
    'a listener has the port of the agent',
    [ClientListener.tls({ port: 8080 })],
    "listener of the agent (port 8080) of cluster 'events' conflicts with listener CLIENT (port 8080)",
  ],
  [
    'a listener has the port of the preStop hook',
    [ClientListener.tls({ port: 8081 })],
    "listener of the preStop hook (port 8081) of cluster 'events' conflicts with listener CLIENT (port 8081)",
  ],
])('fails when %s', (_, listeners, message) => {
  expect(messageOf(() => newClusterWith(...listeners))).toBe(
    `${message}; each client listener needs its own name and port`,
  );
});

test('fails when a cluster has no client listener', () => {
  expect(messageOf(() => newClusterWith())).toBe(
    "listeners of cluster 'events' are empty, so no client could connect; leave them out, or list one",
  );
});

test('listeners can be added before the first map', () => {
  // GIVEN
  const chart = newChart();
  const cluster = newCluster(chart);

  // WHEN
  cluster.addListener(ClientListener.tls({ name: 'EXTERNAL', port: 9094 }));
  newMap(cluster);

  // THEN
  expect(cluster.listeners.map(({ name }) => name)).toEqual(['CLIENT', 'EXTERNAL']);
  expect(settingsOf(synth(chart), 'events-streams')).toMatchObject({
    listeners: 'INTERNAL://:9091,CLIENT://:9092,EXTERNAL://:9094',
    'listener.name.external.ssl.client.auth': 'required',
  });
});

test('fails when a listener is added after the first map', () => {
  const cluster = newCluster(newChart());
  newMap(cluster);

  expect(messageOf(() => cluster.addListener(ClientListener.tls({ name: 'EXTERNAL', port: 9094 })))).toBe(
    "listener EXTERNAL is added to cluster 'events' after map 'streams'; add listeners before the first map",
  );
});

test('fails when an added listener has the port of another one', () => {
  const cluster = newCluster(newChart());

  expect(messageOf(() => cluster.addListener(ClientListener.tls({ name: 'EXTERNAL' })))).toBe(
    "listener EXTERNAL (port 9092) of cluster 'events' conflicts with listener CLIENT (port 9092); " +
      'each client listener needs its own name and port',
  );
});

test('a listener can have the port of the controllers, which brokers do not serve', () => {
  expect(() => newCluster(newChart(), { listeners: [ClientListener.tls({ port: 9093 })] })).not.toThrow();
});
