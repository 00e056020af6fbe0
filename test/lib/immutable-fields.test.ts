/*
 * Fields that the API server does not change, and selectors, which decide the owner of pods. After the first release, a
 * change of this snapshot makes existing clusters impossible to update.
 */
import { EXAMPLES } from '../support/examples';
import { find, ofKind, synth } from '../support/testing';

/** Fields of a StatefulSet's `spec` that can change (Kubernetes 1.27; later versions allow more). */
const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

test.each(EXAMPLES)('immutable fields of %s never change', (_, define) => {
  const objects = synth(define());
  const sets = ofKind(objects, 'StatefulSet').map(({ metadata: { name, namespace }, spec }) => ({
    name,
    namespace,
    // The ordinal is the id of a broker, which cannot change.
    firstId: spec.ordinals.start,
    spec: Object.fromEntries(Object.entries(spec).filter(([field]) => !MUTABLE.includes(field))),
  }));
  const services = ofKind(objects, 'Service').map(
    ({ metadata: { name }, spec: { selector, clusterIP } }) => ({
      name,
      selector,
      clusterIP,
    }),
  );
  const bindings = [...ofKind(objects, 'RoleBinding'), ...ofKind(objects, 'ClusterRoleBinding')].map(
    ({ kind, metadata: { name }, roleRef }) => ({ kind, name, roleRef }),
  );

  expect({ sets, services, bindings }).toMatchSnapshot();
});

test.each(EXAMPLES)('formats and disks of %s never change', (_, define) => {
  const objects = synth(define());
  const formats = ofKind(objects, 'StatefulSet').map(({ metadata: { name }, spec }) => [
    name,
    spec.template.spec.initContainers
      ?.find((container: { name: string }) => container.name === 'format')
      ?.command.slice(4),
    // A controller that loses its disk has the directory id that the quorum was formed with.
    JSON.parse(find(objects, 'ConfigMap', name).data['agent.json']).voters,
    spec.template.spec.containers[0].volumeMounts.filter((mount: { name: string }) =>
      mount.name.startsWith('data'),
    ),
  ]);

  expect(formats).toMatchSnapshot();
});
