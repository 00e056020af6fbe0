import { ApiObject, JsonPatch } from 'cdk8s';
import { IConstruct } from 'constructs';
import { CASES } from '../support/cases';
import { Manifest, newChart, synth } from '../support/testing';

/** What each construct shows of its objects, one by one or as lists: a part of the public contract. */
type Exposed = { [Case in keyof typeof CASES]?: (keyof ReturnType<(typeof CASES)[Case]> & string)[] };

const OF_SERVERS = ['ledger', 'stopLease', 'configMap', 'statefulSet', 'disruptionBudget'] as const;
const RIGHTS = ['serviceAccount', 'role', 'roleBinding'] as const;
const OF_CLUSTER = [
  'service',
  'bootstrapService',
  'networkPolicies',
  'clusterRole',
  'clusterRoleBinding',
  ...RIGHTS,
] as const;
const OF_ROTATION = ['status', 'deployment', 'configMap', 'networkPolicy', ...RIGHTS] as const;

const EXPOSED: Exposed = {
  'KafkaCluster, defaults': [...OF_CLUSTER, 'programConfigMap'],
  'KafkaCluster, all props': [...OF_CLUSTER],
  'KafkaMap, defaults': ['disruptionBudget'],
  'BrokerStatefulSet, defaults': [...OF_SERVERS],
  'ControllerQuorum, defaults': ['service', 'programConfigMap', ...OF_SERVERS, ...RIGHTS],
  'ControllerQuorum, all props': ['service', ...OF_SERVERS, ...RIGHTS],
  'ZookeeperEnsemble, defaults': [
    'service',
    'clientService',
    'networkPolicy',
    'programConfigMap',
    ...OF_SERVERS,
    ...RIGHTS,
  ],
  'CertRotation, defaults': [...OF_ROTATION, 'programConfigMap'],
  'CertRotation by cert-manager': [...OF_ROTATION, 'certificates', 'programConfigMap'],
  'TopicConfigMap, defaults': ['configMaps'],
  'TopicSyncCronJob, defaults': ['configMap', 'cronJob', 'serviceAccount'],
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

test.each(TABLE)('%s: every object can be had of the construct that made it', (name, properties) => {
  // GIVEN
  const construct: IConstruct = CASES[name](newChart());

  // WHEN
  const made = construct.node.children.filter((child) => ApiObject.isApiObject(child));

  // THEN
  const exposed = new Set<IConstruct>(exposedBy(construct, properties));
  expect(made.filter((object) => !exposed.has(object)).map(({ node }) => node.path)).toEqual([]);
});

test('no construct is left out', () => {
  const kinds = (names: string[]) => new Set(names.map((name) => name.split(/,| by | from | on /)[0]));

  expect(kinds(Object.keys(EXPOSED))).toEqual(kinds(Object.keys(CASES)));
});

test.each(TABLE)('%s: objects can be patched with what no version knows yet', (name, properties) => {
  // GIVEN
  const chart = newChart();
  const objects = exposedBy(CASES[name](chart), properties);

  // WHEN
  objects.forEach((object) => object.addJsonPatch(JsonPatch.add('/fieldOfTomorrow', true)));

  // THEN
  const patched = synth(chart).filter(({ fieldOfTomorrow }) => fieldOfTomorrow);
  expect(patched).toHaveLength(objects.length);
});

test.each([
  ['BrokerStatefulSet, defaults'],
  ['ControllerQuorum, defaults'],
  ['ZookeeperEnsemble, defaults'],
  ['TopicSyncCronJob, defaults'],
] as const)('%s: the object that it is about can be found and patched deep inside', (name) => {
  // GIVEN
  const construct = CASES[name](newChart());
  const object = ApiObject.of(construct);
  const pod = object.kind === 'CronJob' ? '/spec/jobTemplate/spec/template/spec' : '/spec/template/spec';

  // WHEN: hostnameOverride came with Kubernetes 1.34
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
