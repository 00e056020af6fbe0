/* Properties of pods, and defaults of a cluster for all its pods. */
import { Chart } from 'cdk8s';
import { DnsPolicy } from 'cdk8s-plus-27';
import { KafkaClusterProps, KafkaMapProps, CommonPodProps, PodSecurity } from '../../../lib';
import { pods } from '../../support/server-props';
import {
  newBrokers,
  newCertRotation,
  newCluster,
  newMap,
  newTopicSync,
  newUncertifiedCluster,
  newZookeeperCluster,
} from '../../support/cases';
import { Manifest, messageOf, newChart, podTemplates, serverParts, synth } from '../../support/testing';

interface Given {
  readonly cluster?: Partial<KafkaClusterProps>;
  readonly map?: Partial<KafkaMapProps>;
  readonly topics?: CommonPodProps;
  readonly authority?: CommonPodProps;
}

const POD_FIELDS = [
  'securityContext',
  'imagePullSecrets',
  'priorityClassName',
  'runtimeClassName',
  'dnsPolicy',
  'dnsConfig',
  'hostAliases',
];

/** All pod templates of a cluster with one of each workload, by `kind/name`. */
function templatesOf({ cluster, map, topics, authority }: Given): Record<string, Manifest> {
  const kafka = newUncertifiedCluster(newChart(), cluster);
  newMap(kafka, map);
  newCertRotation(kafka, authority);
  newTopicSync(kafka, [{}], topics);
  return Object.fromEntries(podTemplates(synth(Chart.of(kafka))));
}

const fieldsOf = ({ spec }: Manifest) =>
  Object.fromEntries(POD_FIELDS.filter((field) => field in spec).map((field) => [field, spec[field]]));
const brokersWith = (props: CommonPodProps) => serverParts(newBrokers(newCluster(newChart()), props));
const failureOf = (props: CommonPodProps) => messageOf(() => brokersWith(props));

const withoutChecksum = (workload: string) => workload.replace(/^(Job\/.*)-[0-9a-f]{8}$/, '$1');
const WORKLOADS = [
  'CronJob/events-topics',
  'Deployment/events-authority',
  'Job/events-topics',
  'StatefulSet/events-controllers',
  'StatefulSet/events-streams',
];

describe('podDefaults', () => {
  test('all workloads of the cluster have them', () => {
    const templates = templatesOf({ cluster: { podDefaults: pods } });

    expect(Object.keys(templates).map(withoutChecksum).sort()).toEqual(WORKLOADS);
    for (const { metadata, spec } of Object.values(templates)) {
      expect(metadata.labels).toMatchObject({ team: 'platform' });
      expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'platform' });
      expect(fieldsOf({ spec })).toEqual({
        securityContext: expect.objectContaining({ runAsUser: 1001, runAsGroup: 1002, fsGroup: 1003 }),
        imagePullSecrets: [{ name: 'registry' }],
        priorityClassName: 'kafka',
        runtimeClassName: 'sandboxed',
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['10.96.0.10'],
          searches: ['example.com'],
          options: [{ name: 'ndots', value: '2' }],
        },
        hostAliases: [{ ip: '10.0.0.7', hostnames: ['registry.example.com'] }],
      });
    }
  });

  test('they are the same as the properties of each construct', () => {
    const own = { cluster: { controllers: pods }, map: pods, topics: pods, authority: pods };

    expect(templatesOf({ cluster: { podDefaults: pods } })).toEqual(templatesOf(own));
  });

  test('a construct overrides a default; its labels and annotations are added', () => {
    // GIVEN
    const podDefaults: CommonPodProps = {
      priorityClassName: 'low',
      imagePullSecrets: ['registry'],
      podLabels: { team: 'platform', tier: 'all' },
      podAnnotations: { a: 'default', b: 'default' },
    };
    const own: CommonPodProps = {
      priorityClassName: 'high',
      podLabels: { tier: 'own' },
      podAnnotations: { b: 'own', c: 'own' },
    };

    // WHEN
    const templates = templatesOf({
      cluster: { podDefaults, controllers: own },
      map: own,
      topics: own,
      authority: own,
    });

    // THEN
    for (const { metadata, spec } of Object.values(templates)) {
      expect(fieldsOf({ spec })).toMatchObject({
        priorityClassName: 'high',
        imagePullSecrets: [{ name: 'registry' }],
      });
      expect(metadata.labels).toMatchObject({ team: 'platform', tier: 'own' });
      expect(metadata.annotations).toMatchObject({ a: 'default', b: 'own', c: 'own' });
    }
  });

  test('a ZooKeeper ensemble, which clusters can share, has its own properties only', () => {
    const cluster = newZookeeperCluster(newChart(), { podDefaults: { priorityClassName: 'kafka' } });
    const priorityOf = (server: Parameters<typeof serverParts>[0]) =>
      serverParts(server).pod.priorityClassName;

    expect(priorityOf(newBrokers(cluster))).toBe('kafka');
    expect(priorityOf(cluster.zookeeper!)).toBeUndefined();
  });

  test('without properties, pods have the default security context only', () => {
    for (const template of Object.values(templatesOf({}))) {
      expect(fieldsOf(template)).toEqual({
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          fsGroup: 1000,
          fsGroupChangePolicy: 'OnRootMismatch',
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
    }
  });
});

describe('securityContext', () => {
  test('assigned ids are absent, for OpenShift', () => {
    const podDefaults = { securityContext: PodSecurity.assigned() };

    for (const { spec } of Object.values(templatesOf({ cluster: { podDefaults } }))) {
      expect(spec.securityContext).toEqual({
        runAsNonRoot: true,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test.each([
    [{ user: 5 }, { runAsUser: 5, runAsGroup: 5, fsGroup: 5 }],
    [{ group: 6 }, { runAsUser: 1000, runAsGroup: 6, fsGroup: 6 }],
    [{ fsGroup: 7 }, { runAsUser: 1000, runAsGroup: 1000, fsGroup: 7 }],
  ])('ids follow from each other: %j', (ids, expected) => {
    expect(brokersWith({ securityContext: PodSecurity.ids(ids) }).pod.securityContext).toMatchObject(
      expected,
    );
  });

  test.each([0, -1, 1.5, NaN, 2 ** 31])('fails when the user is %d', (user) => {
    expect(messageOf(() => PodSecurity.ids({ user }))).toBe(
      `user of a PodSecurity is ${user}; it must be between 1 and 2147483647`,
    );
  });

  test.each(['group', 'fsGroup'])('fails when %s is root', (property) => {
    expect(messageOf(() => PodSecurity.ids({ [property]: 0 }))).toBe(
      `${property} of a PodSecurity is 0; it must be between 1 and 2147483647`,
    );
  });
});

describe('dns', () => {
  test('a policy alone has no dnsConfig, and options alone no policy', () => {
    expect(fieldsOf({ spec: brokersWith({ dns: { policy: DnsPolicy.DEFAULT } }).pod })).toMatchObject({
      dnsPolicy: 'Default',
    });
    expect(brokersWith({ dns: { policy: DnsPolicy.DEFAULT } }).pod).not.toHaveProperty('dnsConfig');
    expect(brokersWith({ dns: { searches: ['example.com'] } }).pod).not.toHaveProperty('dnsPolicy');
  });

  test.each([[undefined], [[]]])('fails when the policy is None and nameservers are %j', (nameservers) => {
    expect(failureOf({ dns: { policy: DnsPolicy.NONE, nameservers } })).toBe(
      "dns of brokers 'streams' has the policy 'None' and no nameservers; give at least one nameserver",
    );
  });
});

test.each<[property: keyof CommonPodProps, value: unknown, name: string]>([
  ['priorityClassName', 'High', 'High'],
  ['priorityClassName', '', ''],
  ['runtimeClassName', 'a_b', 'a_b'],
  ['imagePullSecrets', ['registry', 'a b'], 'a b'],
])('fails when %s is %j', (property, value, name) => {
  expect(failureOf({ [property]: value })).toBe(
    `${property} of brokers 'streams' '${name}' is not a valid Kubernetes object name (up to 253 lower-case letters, digits, ` +
      "'-' and '.')",
  );
});

describe('labels and annotations', () => {
  test.each<[props: CommonPodProps, key: string]>([
    [{ podLabels: { 'cdk8s-kafka.io/map': 'other' } }, 'cdk8s-kafka.io/map'],
    [{ podAnnotations: { 'cdk8s-kafka.io/restart-settings': 'other' } }, 'cdk8s-kafka.io/restart-settings'],
    [
      { podAnnotations: { 'cdk8s-kafka.io/accept-data-loss': 'always: yes' } },
      'cdk8s-kafka.io/accept-data-loss',
    ],
  ])('fails for %j in the domain of the package', (props, key) => {
    expect(failureOf(props)).toBe(
      `'${key}' of brokers 'streams' is in the domain cdk8s-kafka.io, which is reserved for this package; leave it out`,
    );
  });

  test.each<[props: CommonPodProps, key: string]>([
    [{ podLabels: { 'app.kubernetes.io/name': 'mine' } }, 'app.kubernetes.io/name'],
    [
      { podAnnotations: { 'kubectl.kubernetes.io/default-container': 'mine' } },
      'kubectl.kubernetes.io/default-container',
    ],
    ...[
      'apps.kubernetes.io/pod-index',
      'statefulset.kubernetes.io/pod-name',
      'controller-revision-hash',
      'pod-template-hash',
      'job-name',
      'batch.kubernetes.io/job-name',
    ].map((key): [CommonPodProps, string] => [{ podLabels: { [key]: 'x' } }, key]),
  ])('fails for %j, which the construct sets', (props, key) => {
    expect(failureOf(props)).toBe(`'${key}' of brokers 'streams' is set by the construct; use another key`);
  });

  test.each(['a b', '', '-a', 'x/y/z', 'Upper.Case.Domain/x', 'a..b/c'])(
    "fails when a key is '%s'",
    (key) => {
      const message = `'${key}' is not a valid key; use letters, digits, '-', '_' and '.', optionally after a domain and '/'`;

      expect(failureOf({ podLabels: { [key]: 'x' } })).toBe(`pod label of brokers 'streams' ${message}`);
      expect(failureOf({ podAnnotations: { [key]: 'x' } })).toBe(
        `podAnnotations of a BrokerStatefulSet ${message}`,
      );
    },
  );

  test.each(['a b', 'x'.repeat(64), '-a'])("fails when the value of a label is '%s'", (value) => {
    expect(failureOf({ podLabels: { team: value } })).toBe(
      `pod label of brokers 'streams' 'team' has the value "${value}"; use up to 63 letters, digits, '-', '_' and '.', as a ` +
        'string',
    );
  });

  test('fails when annotations are larger than Kubernetes allows', () => {
    const key = 'example.com/x';
    const fill = (more: number) => ({ [key]: 'x'.repeat(255 * 1024 - key.length + more) });

    expect(failureOf({ podAnnotations: fill(0) })).toBe('nothing was thrown');
    expect(failureOf({ podAnnotations: fill(1) })).toBe(
      "pod annotations of brokers 'streams' take 261121 bytes, and Kubernetes takes 261120; move long values into a ConfigMap",
    );
  });

  test('fails when the value of an annotation is not a string', () => {
    const podAnnotations = { port: 8080 } as unknown as CommonPodProps['podAnnotations'];

    expect(failureOf({ podAnnotations })).toBe(
      "podAnnotations['port'] of a BrokerStatefulSet is 8080; expected for example 'logs'",
    );
  });

  test('podDefaults fail for the same reasons', () => {
    const cluster = newCluster(newChart());
    const podDefaults = { podLabels: { 'cdk8s-kafka.io/map': 'other' } };

    expect(messageOf(() => newTopicSync(cluster, [], podDefaults))).toContain(
      'is in the domain cdk8s-kafka.io',
    );
    expect(messageOf(() => newCluster(newChart(), { podDefaults }))).toContain(
      "'cdk8s-kafka.io/map' of the controllers of cluster 'events' is in the domain cdk8s-kafka.io",
    );
  });
});
