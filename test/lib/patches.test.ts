import { ApiObject, JsonPatch } from 'cdk8s';
import { CASES } from '../support/cases';
import { Manifest, newChart, synth } from '../support/testing';

/** What each construct shows of its objects: a part of the public contract. */
const EXPOSED: [name: keyof typeof CASES, properties: string[]][] = [
  ['KafkaCluster, defaults', ['service', 'bootstrapService']],
  ['KafkaMap, defaults', ['disruptionBudget']],
  ['BrokerStatefulSet, defaults', ['ledger', 'stopLease', 'configMap', 'statefulSet']],
  [
    'ControllerQuorum, defaults',
    ['service', 'ledger', 'stopLease', 'configMap', 'statefulSet', 'disruptionBudget'],
  ],
  [
    'ZookeeperEnsemble, defaults',
    ['service', 'clientService', 'configMap', 'statefulSet', 'disruptionBudget', 'networkPolicy'],
  ],
  ['CertRotation, defaults', ['status', 'deployment']],
  ['TopicSyncCronJob, defaults', ['configMap', 'cronJob']],
];

function exposedBy(construct: object): [property: string, object: ApiObject][] {
  return Object.entries(construct).filter((entry): entry is [string, ApiObject] =>
    ApiObject.isApiObject(entry[1]),
  );
}

test.each(EXPOSED)('%s: objects can be patched with what no version knows yet', (name, properties) => {
  // GIVEN
  const chart = newChart();
  const construct = CASES[name](chart);
  expect(
    exposedBy(construct)
      .map(([property]) => property)
      .sort(),
  ).toEqual([...properties].sort());

  // WHEN
  for (const [property, object] of exposedBy(construct)) {
    object.addJsonPatch(JsonPatch.add('/fieldOfTomorrow', { of: property }));
  }

  // THEN
  const patched = synth(chart).filter(({ fieldOfTomorrow }) => fieldOfTomorrow);
  expect(patched.map(({ fieldOfTomorrow }) => fieldOfTomorrow.of).sort()).toEqual([...properties].sort());
});

test('KafkaCluster: so can its NetworkPolicies', () => {
  const chart = newChart();
  const cluster = CASES['KafkaCluster, defaults'](chart);

  cluster.networkPolicies.forEach((policy) => policy.addJsonPatch(JsonPatch.add('/fieldOfTomorrow', true)));

  expect(synth(chart).filter(({ fieldOfTomorrow }) => fieldOfTomorrow)).toHaveLength(3);
});

test('CertRotation: so can its Certificates', () => {
  const chart = newChart();
  const rotation = CASES['CertRotation by cert-manager'](chart);

  rotation.certificates.forEach((object) => object.addJsonPatch(JsonPatch.add('/fieldOfTomorrow', true)));

  expect(synth(chart).filter(({ fieldOfTomorrow }) => fieldOfTomorrow)).toHaveLength(3);
});

test('TopicConfigMap: so can its ConfigMaps', () => {
  const chart = newChart();
  const list = CASES['TopicConfigMap, defaults'](chart);

  list.configMaps[0].addJsonPatch(JsonPatch.add('/immutable', true));

  expect(synth(chart)[0].immutable).toBe(true);
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
