import { CertRotationProps } from '../../../lib';
import { newCertRotation, newMap, newUncertifiedCluster } from '../../support/cases';
import { Manifest, newChart, ofKind, synth } from '../../support/testing';

function objectsWith(props: Partial<CertRotationProps>): Manifest[] {
  const chart = newChart();
  const cluster = newUncertifiedCluster(chart, { clients: [{ clientName: 'shop' }] });
  newMap(cluster);
  newCertRotation(cluster, props);
  cluster.addClient({ clientName: 'late' });
  return synth(chart);
}

const POLICY = 'ValidatingAdmissionPolicy';

test('there is no policy by default, because Kubernetes 1.29 does not know it', () => {
  expect([...ofKind(objectsWith({}), POLICY), ...ofKind(objectsWith({}), `${POLICY}Binding`)]).toEqual([]);
});

describe('the policy', () => {
  const objects = objectsWith({ admissionPolicy: true });
  const [{ metadata, spec }] = ofKind(objects, POLICY);

  test('applies to the account of the authority only, and denies', () => {
    expect(spec.failurePolicy).toBe('Fail');
    expect(spec.matchConditions).toEqual([
      {
        name: 'authority',
        expression: "request.userInfo.username == 'system:serviceaccount:kafka:events-authority'",
      },
    ]);
    const [binding] = ofKind(objects, `${POLICY}Binding`);
    expect(binding.spec).toEqual({ policyName: metadata.name, validationActions: ['Deny'] });
  });

  test('names the Secrets of certificates and CAs with their types, also of a client that was added', () => {
    expect(spec.validations[1].expression).toContain(
      "object.type == 'kubernetes.io/tls' && object.metadata.name in ['events-tls', 'events-topics-tls', 'events-client-shop', " +
        "'events-client-late', 'events-controllers-tls', 'events-controllers-client-tls']",
    );
    expect(spec.validations[1].expression).toContain(
      "object.type == 'Opaque' && object.metadata.name in ['events-ca', 'events-controllers-ca']",
    );
  });

  test('lets nothing of a StatefulSet change except the annotation that restarts pods', () => {
    const { expression } = spec.validations[2];
    for (const [path, exceptions] of [
      ['metadata', "'managedFields', 'resourceVersion', 'generation'"],
      ['spec', "'template'"],
      ['spec.template', "'metadata'"],
      ['spec.template.metadata', "'annotations'"],
      ['spec.template.metadata.annotations', "'cdk8s-kafka.io/restart-certificates'"],
    ]) {
      const [now, old] = [`dyn(object.${path})`, `dyn(oldObject.${path})`];
      expect(expression).toContain(
        `${now}.all(k, k in [${exceptions}] || k in ${old} && ${now}[k] == ${old}[k]) && ` +
          `${old}.all(k, k in [${exceptions}] || k in ${now})`,
      );
    }
  });
});
