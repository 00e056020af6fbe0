/*
 * The API server refuses to change these fields, and selectors decide which pods belong to whom. Once released, a
 * change of this snapshot makes clusters that exist impossible to update: it is never to be recorded anew.
 */
import { EXAMPLES } from '../support/examples';
import { ofKind, synth } from '../support/testing';

/** What may change in `spec` of a StatefulSet (Kubernetes 1.27; later versions allow more). */
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
    // An ordinal is the id of a broker: it may not change either.
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

test.each(EXAMPLES)('what is formatted onto the disks of %s never changes', (_, define) => {
  const formats = ofKind(synth(define()), 'StatefulSet').map(({ metadata: { name }, spec }) => [
    name,
    spec.template.spec.initContainers?.find((container: { name: string }) => container.name === 'format')
      ?.command,
    spec.template.spec.containers[0].volumeMounts.filter((mount: { name: string }) =>
      mount.name.startsWith('data'),
    ),
  ]);

  expect(formats).toMatchSnapshot();
});
