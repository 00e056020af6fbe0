import { App, Chart, Duration } from 'cdk8s';
import {
  CaBundle,
  IKafkaCluster,
  InterBrokerSecurity,
  KafkaCluster,
  KafkaClusterAttributes,
  KafkaVersion,
  NodeIds,
} from '../../../lib';
import { CASES, newCluster, newMap, newTopicSync } from '../../support/cases';
import {
  Manifest,
  collectWarnings,
  find,
  messageOf,
  newChart,
  objectsOf,
  snapshotOf,
  synth,
  validationFailure,
} from '../../support/testing';

const ATTRIBUTES: KafkaClusterAttributes = {
  clusterName: 'events',
  version: KafkaVersion.V4_4,
  maps: [{ mapName: 'streams', brokerIds: NodeIds.between(1001, 1003), topicPatterns: ['events\\..*'] }],
};

const [map] = ATTRIBUTES.maps!;

const imported = (attributes: Partial<KafkaClusterAttributes> = {}, chart = newChart()): IKafkaCluster =>
  KafkaCluster.fromAttributes(chart, 'Kafka', { ...ATTRIBUTES, ...attributes });

const failureOf = (attributes: object) => messageOf(() => imported(attributes));

const topicSyncOf = (cluster: IKafkaCluster): Manifest[] => objectsOf(newTopicSync(cluster));

test('TopicSyncCronJob of an imported cluster', () => {
  const chart = newChart();
  CASES['TopicSyncCronJob of an imported cluster'](chart);

  expect(snapshotOf(synth(chart))).toMatchSnapshot();
});

test('names, host names and Secrets are those of the cluster', () => {
  const cluster = newCluster(newChart(), { clients: [{ clientName: 'shop' }] });
  const other = imported();

  for (const property of ['clusterName', 'namespaceName', 'version', 'bootstrapServers'] as const) {
    expect(other[property]).toBe(cluster[property]);
  }
  expect(other.clientSecretName('shop')).toBe(cluster.clientSecretName('shop'));
});

test('bootstrapServers follows from the attributes', () => {
  expect(
    imported({ namespaceName: 'other', clusterDomain: 'k8s.example.com', bootstrapPort: 9192 })
      .bootstrapServers,
  ).toBe('events-bootstrap.other.svc.k8s.example.com:9192');
});

describe('topic synchronization', () => {
  test('it has the configuration of the TopicSyncCronJob of the cluster', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    newMap(cluster);

    // WHEN
    const [own, other] = [cluster, imported()].map((kafka) =>
      find(topicSyncOf(kafka), 'ConfigMap', 'events-topics'),
    );

    // THEN
    expect(other.data['agent.json']).toBe(own.data['agent.json']);
    expect(JSON.parse(own.data['agent.json']).maps).toHaveLength(1);
  });

  test('its maps have the defaults of the attributes', () => {
    const topicDefaults = { partitions: 6, retention: Duration.days(1) };
    const config = find(
      topicSyncOf(imported({ maps: [{ ...map, topicDefaults }] })),
      'ConfigMap',
      'events-topics',
    );

    expect(JSON.parse(config.data['agent.json']).maps[0].topicDefaults).toEqual({
      partitions: 6,
      config: { 'retention.ms': '86400000' },
    });
  });

  test('its objects differ from those of the cluster in the CA bundle only', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    newMap(cluster);

    // WHEN
    const [own, other] = [cluster, imported()].map(topicSyncOf);

    // THEN: the certificate of the topic synchronization and that of the brokers are from the same CA
    const trusting = (objects: Manifest[], secret: string) =>
      JSON.parse(
        JSON.stringify(objects)
          .replaceAll(`{"secret":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"${secret}"}}`, '"CA"')
          // The name of the Job has a checksum of its spec.
          .replace(/"events-topics-[0-9a-f]{8}"/, '"CHECKSUM"'),
      );
    expect(trusting(other, 'events-topics-tls')).toEqual(trusting(own, 'events-tls'));
    expect(JSON.stringify(trusting(other, 'events-topics-tls'))).toContain('"CA"');
  });

  test('it can be in another chart and app', () => {
    const chart = new Chart(new App(), 'topics', { namespace: 'kafka' });
    newTopicSync(imported({}, chart));

    expect(synth(chart).map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      'ConfigMap/events-topic-list',
      'Role/events-topic-list',
      'RoleBinding/events-topic-list',
      'ServiceAccount/events-topics',
      'Role/events-topics',
      'RoleBinding/events-topics',
      'ConfigMap/events-topics',
      'ConfigMap/events-topics-status',
      'ConfigMap/events-topics-program',
      'CronJob/events-topics',
      expect.stringMatching(/^Job\/events-topics-[0-9a-f]{8}$/),
    ]);
  });

  test('its certificates are those that the attributes name', () => {
    const cluster = imported({
      topicsSecretName: 'company-topics',
      caBundle: CaBundle.configMap('company-roots'),
    });

    const { spec } = find(topicSyncOf(cluster), 'CronJob', 'events-topics');
    const { volumes } = spec.jobTemplate.spec.template.spec;
    const { sources } = volumes.find(({ name }: Manifest) => name === 'certificates-cluster').projected;
    expect(sources[0].secret.name).toBe('company-topics');
    expect(sources[1].configMap.name).toBe('company-roots');
  });

  test('it has no certificates without TLS', () => {
    const cluster = imported({ interBrokerSecurity: InterBrokerSecurity.PLAINTEXT });
    const objects = topicSyncOf(cluster);

    expect(JSON.stringify(objects.filter(({ kind }) => kind === 'CronJob'))).not.toContain('certificates-');
    const config = JSON.parse(find(objects, 'ConfigMap', 'events-topics').data['agent.json']);
    expect(config).not.toHaveProperty('certificateFolder');
  });

  test('its topics are checked against the maps', () => {
    const chart = newChart();
    newTopicSync(imported({}, chart), [{ name: 'orders' }, { replicationFactor: 4 }]);

    expect(messageOf(() => synth(chart))).toBe(
      validationFailure(
        [
          'test/Topics',
          "topic 'orders': no map has a pattern that matches; rename the topic or add a pattern to one of: streams (events\\..*)",
        ],
        [
          'test/Topics',
          "topic 'events.clicks': replicationFactor is 4, and map 'streams' has 3 brokers (1001-1003); lower " +
            'replicationFactor, or add brokers to the map',
        ],
      ),
    );
  });

  test('its topics are checked against the config of the cluster', () => {
    const warnings = collectWarnings();
    const chart = newChart();
    newTopicSync(imported({ config: { 'min.insync.replicas': '3' } }, chart), [{}]);
    synth(chart);

    expect(warnings).toContainEqual(
      expect.stringContaining(
        "topic 'events.clicks': all 3 replicas must be in sync (min.insync.replicas 3)",
      ),
    );
  });
});

describe('invalid attributes', () => {
  test.each<[attributes: object, message: string]>([
    [
      { clusterName: 'Events' },
      "clusterName 'Events' is not a DNS label; use lower-case letters, digits and '-', starting with a letter",
    ],
    [
      { namespaceName: 'kafka.events' },
      "namespace 'kafka.events' is not a DNS label; use up to 63 lower-case letters, digits and '-'",
    ],
    [
      { interBrokerSecurity: 'TLS' },
      'interBrokerSecurity of KafkaCluster.fromAttributes() is "TLS"; it must be one of "mutual-tls", "plaintext"',
    ],
    [
      { caBundle: 'company-roots' },
      'caBundle of KafkaCluster.fromAttributes() is "company-roots"; expected for example CaBundle.secret(\'company-ca\')',
    ],
    [{ maps: [map, map] }, "mapName 'streams' is used twice in cluster 'events'; use another name"],
    [
      { maps: [map, { ...map, mapName: 'other', topicPatterns: ['other'] }] },
      "ids 1001-1003 of brokers 'other' overlap ids 1001-1003 of brokers 'streams'; each server needs its own id, so use a separate " +
        'range',
    ],
    [
      { maps: [map, { ...map, mapName: 'other', brokerIds: NodeIds.between(2001, 2003) }] },
      "topic pattern 'events\\..*' of map 'other' and 'events\\..*' of map 'streams' both match 'events.'; a topic belongs to " +
        'one map, so narrow one of the patterns',
    ],
    [
      { maps: [{ ...map, topicDefaults: { replicationFactor: 4 } }] },
      "replicationFactor of topicDefaults of map 'streams' is 4, and the map has 3 brokers (1001-1003); lower it, or add brokers to " +
        'the map',
    ],
    [
      { maps: [{ ...map, topicDefaults: { partition: 4 } }] },
      "maps[0].topicDefaults of KafkaCluster.fromAttributes() has no property 'partition'; did you mean 'partitions'?",
    ],
    [
      { config: { 'min.insync.replicas': 'two' } },
      "setting 'min.insync.replicas' of cluster 'events' is 'two'; write a whole number from 1 to 2147483647",
    ],
  ])('fails for %j', (attributes, message) => {
    expect(failureOf(attributes)).toBe(message);
  });

  test('fails when the chart has no namespace and none is given', () => {
    const chart = new Chart(new App(), 'topics');

    expect(messageOf(() => imported({}, chart))).toContain("chart 'topics' has no namespace");
    expect(messageOf(() => imported({ namespaceName: 'kafka' }, new Chart(new App(), 'topics')))).toBe(
      'nothing was thrown',
    );
  });
});
