import { App, Chart } from 'cdk8s';
import { ALL_CASES } from '../support/cases';
import { EXAMPLES } from '../support/examples';
import { KUBERNETES_VERSIONS, violations } from '../support/schema';
import { Manifest, collectWarnings, find, newChart, ofKind, synth, yamlOf } from '../support/testing';

const CHARTS: [name: string, define: () => Chart][] = [
  ...EXAMPLES,
  ...ALL_CASES.map(([name, define]): [string, () => Chart] => [
    name,
    () => {
      const chart = newChart();
      define(chart);
      return chart;
    },
  ]),
];

const CLUSTER_SCOPED = [
  'ClusterRole',
  'ClusterRoleBinding',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];
/** Kinds of objects that examples add. */
const OF_EXAMPLES = ['PriorityClass'];
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** Names that the API server and controllers accept, by kind. */
const NAMES: Record<string, [pattern: RegExp, length: number]> = {
  ConfigMap: [SUBDOMAIN, 253],
  Certificate: [SUBDOMAIN, 253],
  CronJob: [SUBDOMAIN, 52],
  DaemonSet: [SUBDOMAIN, 253],
  // The names of its pods are cut if they are too long.
  Deployment: [SUBDOMAIN, 253],
  NetworkPolicy: [SUBDOMAIN, 253],
  ClusterRole: [SUBDOMAIN, 253],
  ClusterRoleBinding: [SUBDOMAIN, 253],
  // The name is a label of its pods.
  Job: [SUBDOMAIN, 63],
  Lease: [SUBDOMAIN, 253],
  PersistentVolume: [SUBDOMAIN, 253],
  PodDisruptionBudget: [SUBDOMAIN, 253],
  PriorityClass: [SUBDOMAIN, 253],
  Role: [SUBDOMAIN, 253],
  RoleBinding: [SUBDOMAIN, 253],
  Service: [/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 63],
  ServiceAccount: [SUBDOMAIN, 253],
  StatefulSet: [LABEL, 52],
  StorageClass: [SUBDOMAIN, 253],
  ValidatingAdmissionPolicy: [SUBDOMAIN, 253],
  ValidatingAdmissionPolicyBinding: [SUBDOMAIN, 253],
};

function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;
}

function everyValue(value: unknown, path: string[] = []): [path: string, value: unknown][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => everyValue(inner, [...path, key]))
    : [[path.join('/'), value]];
}

/** True if a text refers to a Secret and contains nothing of it. */
function isReference(path: string, value: string): boolean {
  if (/\/(secret|privateKey|secretKeyRef|imagePullSecrets)\/|\/secretName$|\/secretTemplate\//.test(path))
    return true;
  if (/\/rules\/\d+\/resources\/\d+$/.test(path)) return value === 'secrets';
  // The policy of the authority contains names of Secrets.
  if (/^\d+\/spec\/(validations|matchConstraints)\//.test(path)) return true;
  const kept = value
    .replaceAll('/secrets/kubernetes.io/serviceaccount', '')
    .replaceAll(/"(stateSecret|secret)": ?"[-a-z0-9]+"/g, '')
    .replaceAll(
      'scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
      '',
    );
  return kept !== value && !/passw(or)?d|secret|private.?key|-----BEGIN|jaas|credential|api.?key/i.test(kept);
}

function everyField(value: unknown, name: string): Manifest[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === name ? [inner] : []),
    ...everyField(inner, name),
  ]);
}

beforeEach(() => void collectWarnings());
afterEach(() => void jest.restoreAllMocks());

describe.each(CHARTS)('%s', (_, define) => {
  collectWarnings();
  const objects = synth(define());
  jest.restoreAllMocks();

  test.each(KUBERNETES_VERSIONS)('is valid on Kubernetes %s', (version) => {
    const found = objects.flatMap((object) =>
      violations(object, version).map((violation) => `${nameOf(object)}: ${violation}`),
    );
    expect(found).toEqual([]);
  });

  test('is the same, byte for byte, when it is defined again', () => {
    expect(yamlOf(define())).toBe(yamlOf(define()));
  });

  test('is the same, byte for byte, when it is synthesized again', () => {
    const chart = define();
    expect(yamlOf(chart)).toBe(yamlOf(chart));
  });

  test('gives every object a valid name', () => {
    const illegal = objects.filter(({ kind, metadata: { name } }) => {
      const [pattern, length] = NAMES[kind];
      return !pattern.test(name) || name.length > length;
    });
    expect(illegal.map(nameOf)).toEqual([]);
  });

  test('gives no two objects the same name', () => {
    const names = objects.map(nameOf);
    expect(names).toEqual([...new Set(names)]);
  });

  test('has a namespace in namespaced objects only', () => {
    const wrong = objects.filter(
      ({ kind, metadata }) => (metadata.namespace === undefined) !== CLUSTER_SCOPED.includes(kind),
    );
    expect(wrong.map(nameOf)).toEqual([]);
  });

  test('has valid labels on every object', () => {
    for (const object of objects.filter(({ kind }) => !OF_EXAMPLES.includes(kind))) {
      expect(object.metadata.labels['app.kubernetes.io/managed-by']).toBe('cdk8s-kafka');
      const labels = [...everyField(object, 'labels'), ...everyField(object, 'matchLabels')];
      for (const [name, value] of labels.flatMap((group) => Object.entries<string>(group))) {
        expect(name).toMatch(/^([a-z0-9.-]+\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
        expect(value).toMatch(LABEL_VALUE);
        expect(value.length).toBeLessThanOrEqual(63);
      }
    }
  });

  test('gives no label that Argo CD prunes by to claims, issued Secrets and Jobs', () => {
    const instance = 'app.kubernetes.io/instance';
    const sets = ofKind(objects, 'StatefulSet').map(({ spec }) => spec);
    const authorities = ofKind(objects, 'ConfigMap').map(({ data }) =>
      JSON.parse(data?.['agent.json'] ?? '{}'),
    );
    const created = [
      // The StatefulSet controller adds the labels of the selector to claims.
      ...sets.map(({ selector }) => selector.matchLabels),
      ...sets.flatMap(({ volumeClaimTemplates = [] }) =>
        volumeClaimTemplates.map(({ metadata }: Manifest) => metadata.labels),
      ),
      ...authorities.flatMap(({ pkis = [] }) =>
        pkis.flatMap(({ certificates }: Manifest) => certificates.map(({ labels }: Manifest) => labels)),
      ),
      ...ofKind(objects, 'Certificate').map(({ spec }) => spec.secretTemplate.labels),
      ...ofKind(objects, 'CronJob').map(({ spec }) => spec.jobTemplate.metadata.labels),
    ];

    expect(created.filter((labels) => instance in labels)).toEqual([]);
    expect(created.length).toBeGreaterThanOrEqual(2 * sets.length);
  });

  test('names the registry of every image: CRI-O refuses short names', () => {
    const images = objects.flatMap((object) => everyField(object, 'image')).map(String);

    expect(images.filter((image) => !/^[a-z0-9-]+\.[a-z0-9.-]+\//.test(image))).toEqual([]);
  });

  test('selects pods by labels that they have', () => {
    for (const set of objects.filter(({ kind }) => kind === 'StatefulSet')) {
      expect(set.spec.template.metadata.labels).toMatchObject(set.spec.selector.matchLabels);
      const service = find(objects, 'Service', set.spec.serviceName);
      expect(set.spec.template.metadata.labels).toMatchObject(service.spec.selector);
    }
  });

  test('mounts exactly the volumes of its pods', () => {
    for (const object of objects) {
      const template = object.spec?.jobTemplate?.spec.template ?? object.spec?.template;
      if (template === undefined) continue;
      const volumes = [
        ...template.spec.volumes.map(({ name }: Manifest) => name),
        ...(object.spec.volumeClaimTemplates ?? []).map(({ metadata }: Manifest) => metadata.name),
      ];
      const mounted = everyField(template.spec, 'volumeMounts').flat();
      expect([...new Set(mounted.map(({ name }) => name))].sort()).toEqual([...volumes].sort());
    }
  });

  test('refers to ConfigMaps and ServiceAccounts that exist', () => {
    const has = (kind: string, name: string) =>
      objects.some((object) => object.kind === kind && object.metadata.name === name);
    // Others write these.
    const foreign = ['kube-root-ca.crt', 'partners', 'company-roots', 'kafka-plugins'];
    for (const { name } of everyField(objects, 'configMap')) {
      expect({ name, exists: foreign.includes(name) || has('ConfigMap', name) }).toEqual({
        name,
        exists: true,
      });
    }
    for (const name of everyField(objects, 'serviceAccountName')) {
      expect({ name, exists: has('ServiceAccount', name as string) }).toEqual({ name, exists: true });
    }
  });

  test('gives rights on named objects, except where RBAC has no names', () => {
    const rules = objects
      .filter(({ kind }) => /^(Cluster)?Role$/.test(kind))
      .flatMap(
        ({ rules: some }) => some as { resources: string[]; verbs: string[]; resourceNames?: string[] }[],
      );
    const unnamed = rules
      .filter(({ resourceNames }) => !resourceNames?.length)
      .map(({ resources, verbs }) => `${verbs.join()} ${resources.join()}`);
    const allowed = [
      'create events',
      'create secrets',
      'get nodes',
      'get persistentvolumeclaims',
      'get persistentvolumes',
      'get,list nodes',
      'list pods',
      // The provisioner of local volumes works for the whole Kubernetes cluster.
      'get,list,watch,create,delete persistentvolumes',
      'get,list,watch storageclasses',
      'create,update,patch events',
    ];
    expect(unnamed.filter((one) => !allowed.includes(one))).toEqual([]);
  });

  test('contains no secret', () => {
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const texts = everyValue(objects).filter(
      ([path]) => !/\/(init|agent|shared|topics|authority|recovery)\.mjs$/.test(path),
    );
    const secret = /passw(or)?d|secret|private.?key|-----BEGIN|jaas|credential|api.?key/i;
    const found = texts.filter(([path, value]) => secret.test(path) || secret.test(String(value)));
    expect(found.filter(([path, value]) => !isReference(path, String(value)))).toEqual([]);
  });
});

describe('the definitions of Kubernetes', () => {
  const quickstart = synth(EXAMPLES[0][1]());
  const service = find(quickstart, 'Service', 'events-bootstrap');
  const statefulSet = find(quickstart, 'StatefulSet', 'events-streams');

  test('are those of Kubernetes 1.27 to 1.36', () => {
    expect(KUBERNETES_VERSIONS).toEqual([
      '1.27',
      '1.28',
      '1.29',
      '1.30',
      '1.31',
      '1.32',
      '1.33',
      '1.34',
      '1.35',
      '1.36',
    ]);
  });

  test.each<[fault: string, object: Manifest, violation: string]>([
    [
      'an unknown field',
      { ...service, spec: { ...service.spec, clusterIp: 'None' } },
      '/spec must NOT have additional properties {"additionalProperty":"clusterIp"}',
    ],
    [
      'an unknown field deep inside',
      withContainer({ ...statefulSet.spec.template.spec.containers[0], restartpolicy: 'Always' }),
      '/spec/template/spec/containers/0 must NOT have additional properties {"additionalProperty":"restartpolicy"}',
    ],
    [
      'a wrong type',
      { ...statefulSet, spec: { ...statefulSet.spec, replicas: '3' } },
      '/spec/replicas must be integer {"type":"integer"}',
    ],
    [
      'a missing field',
      withContainer({ image: 'apache/kafka:4.4.0' }),
      '/spec/template/spec/containers/0 must have required property \'name\' {"missingProperty":"name"}',
    ],
  ])('reject %s', (_, object, violation) => {
    for (const version of KUBERNETES_VERSIONS) {
      expect(violations(object, version)).toEqual([violation]);
    }
  });

  test('reject an unknown kind', () => {
    expect(violations({ ...service, apiVersion: 'v2' }, '1.27')).toEqual([
      'Kubernetes 1.27 does not know v2/Service',
    ]);
  });

  test('reject a field of a later version', () => {
    // GIVEN
    const pod = { ...statefulSet.spec.template.spec, hostnameOverride: 'broker' };
    const object = { ...statefulSet, spec: { ...statefulSet.spec, template: { spec: pod } } };

    // THEN
    expect(violations(object, '1.33')).toHaveLength(1);
    expect(violations(object, '1.34')).toEqual([]);
  });

  function withContainer(container: Manifest): Manifest {
    const { spec } = statefulSet;
    const template = { ...spec.template, spec: { ...spec.template.spec, containers: [container] } };
    return { ...statefulSet, spec: { ...spec, template } };
  }
});

test('two namespaces of an app can have clusters with the same name', () => {
  // GIVEN
  const app = new App();
  const charts = ['blue', 'green'].map((namespace) => new Chart(app, namespace, { namespace }));

  // WHEN
  charts.forEach((chart) => ALL_CASES[0][1](chart));

  // THEN
  const names = charts.flatMap((chart) => synth(chart).map(nameOf));
  expect(names).toEqual([...new Set(names)]);
});
