import { ApiObject, JsonPatch } from 'cdk8s';
import { IConstruct } from 'constructs';
import { CASES } from '../support/cases';
import { Manifest, newChart, synth } from '../support/testing';

/** Properties of each construct that return its API objects: part of the public contract. */
type Exposed = { [Case in keyof typeof CASES]?: (keyof ReturnType<(typeof CASES)[Case]> & string)[] };

const OF_SERVERS = ['ledger', 'configMap', 'statefulSet', 'disruptionBudget'] as const;
const RBAC = ['serviceAccount', 'role', 'roleBinding'] as const;
const OF_CLUSTER = [
  'service',
  'bootstrapService',
  'networkPolicies',
  'clusterRole',
  'clusterRoleBinding',
] as const;
const OF_ROTATION = ['status', 'deployment', 'configMap', 'networkPolicy', ...RBAC] as const;

const EXPOSED: Exposed = {
  'KafkaCluster, defaults': [...OF_CLUSTER, 'programConfigMaps'],
  'KafkaCluster, all props': [...OF_CLUSTER],
  'KafkaCluster on ZooKeeper, all props': [...OF_CLUSTER],
  'KafkaMap, defaults': [],
  'BrokerStatefulSet, defaults': [...OF_SERVERS, ...RBAC],
  'ControllerQuorum, defaults': ['service', 'networkPolicy', 'programConfigMaps', ...OF_SERVERS, ...RBAC],
  'ControllerQuorum, all props': ['service', 'networkPolicy', 'programConfigMaps', ...OF_SERVERS, ...RBAC],
  'ZookeeperEnsemble, defaults': [
    'service',
    'clientService',
    'networkPolicy',
    'programConfigMaps',
    ...OF_SERVERS,
    ...RBAC,
  ],
  'CertRotation, defaults': [...OF_ROTATION, 'programConfigMap'],
  'CertRotation by cert-manager': [
    ...OF_ROTATION,
    'certificates',
    'programConfigMap',
    'validatingAdmissionPolicy',
    'validatingAdmissionPolicyBinding',
  ],
  'BrokerRecovery, defaults': [
    'status',
    'deployment',
    'configMap',
    'programConfigMap',
    'networkPolicy',
    'clusterRole',
    'clusterRoleBinding',
    ...RBAC,
  ],
  'LocalVolumes, defaults': [
    'storageClass',
    'configMap',
    'daemonSet',
    'serviceAccount',
    'clusterRole',
    'clusterRoleBinding',
  ],
  'LocalVolumes of listed disks': ['storageClass', 'persistentVolumes'],
  'TopicConfigMap, defaults': ['configMaps'],
  'TopicSyncCronJob, defaults': [
    'changeJob',
    'configMap',
    'cronJob',
    'programConfigMap',
    'role',
    'roleBinding',
    'serviceAccount',
    'statusConfigMap',
  ],
};

const TABLE = Object.entries(EXPOSED) as [keyof typeof CASES, string[]][];

function exposedBy(construct: IConstruct, properties: readonly string[]): ApiObject[] {
  return properties.flatMap((property) => {
    const value: unknown = construct[property as keyof IConstruct];
    const objects = (Array.isArray(value) ? value : [value]) as unknown[];
    expect({ property, areObjects: objects.length > 0 && objects.every(ApiObject.isApiObject) }).toEqual({
      property,
      areObjects: true,
    });
    return objects as ApiObject[];
  });
}

test.each(TABLE)('%s: a property returns every object', (name, properties) => {
  // GIVEN
  const construct: IConstruct = CASES[name](newChart());

  // WHEN
  const children = construct.node.children.filter((child) => ApiObject.isApiObject(child));

  // THEN
  const exposed = new Set<IConstruct>(exposedBy(construct, properties));
  expect(children.filter((object) => !exposed.has(object)).map(({ node }) => node.path)).toEqual([]);
});

test('the table contains every construct', () => {
  const kinds = (names: string[]) => new Set(names.map((name) => name.split(/,| by | from | on | of /)[0]));

  expect(kinds(Object.keys(EXPOSED))).toEqual(kinds(Object.keys(CASES)));
});

test.each(TABLE)('%s: objects can be patched with unknown fields', (name, properties) => {
  // GIVEN
  const chart = newChart();
  const objects = exposedBy(CASES[name](chart), properties);

  // WHEN
  objects.forEach((object) => object.addJsonPatch(JsonPatch.add('/newField', true)));

  // THEN
  const patched = synth(chart).filter(({ newField }) => newField);
  expect(patched).toHaveLength(objects.length);
});

test.each([
  ['KafkaMap, defaults'],
  ['BrokerStatefulSet, defaults'],
  ['ControllerQuorum, defaults'],
  ['ZookeeperEnsemble, defaults'],
  ['TopicSyncCronJob, defaults'],
] as const)('%s: ApiObject.of() returns the main object, whose nested fields can be patched', (name) => {
  // GIVEN
  const construct = CASES[name](newChart());
  const object = ApiObject.of(construct);
  const pod = object.kind === 'CronJob' ? '/spec/jobTemplate/spec/template/spec' : '/spec/template/spec';

  // WHEN: cdk8s-plus 27 does not know the fields
  object.addJsonPatch(
    JsonPatch.add(`${pod}/hostnameOverride`, 'broker'),
    JsonPatch.add(`${pod}/containers/0/restartPolicyRules`, [{ action: 'Restart' }]),
    JsonPatch.replace(`${pod}/containers/0/image`, 'registry.example.com/other:1'),
  );

  // THEN
  const { spec }: Manifest = object.toJson();
  const patched = (spec.jobTemplate?.spec ?? spec).template.spec;
  expect(patched.hostnameOverride).toBe('broker');
  expect(patched.containers[0]).toMatchObject({
    image: 'registry.example.com/other:1',
    restartPolicyRules: [{ action: 'Restart' }],
  });
});
