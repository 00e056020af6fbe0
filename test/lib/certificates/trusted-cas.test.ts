import {
  CaBundle,
  CertRotation,
  CertificateIssuer,
  ClientAuthentication,
  ClientListener,
} from '../../../lib';
import { newMap, newUncertifiedCluster } from '../../support/cases';
import { Manifest, find, newChart, synth } from '../../support/testing';

function trustedSource(issuer: CertificateIssuer): Manifest {
  const chart = newChart();
  const authentication = ClientAuthentication.scramSha512();
  const cluster = newUncertifiedCluster(chart, { listeners: [ClientListener.tls({ authentication })] });
  newMap(cluster);
  new CertRotation(chart, 'Certificates', { cluster, issuer });
  const { volumes } = find(synth(chart), 'StatefulSet', 'events-streams').spec.template.spec;
  return volumes.find(({ name }: Manifest) => name === 'certificates-cluster').projected.sources[1];
}

const items = [{ key: 'ca.crt', path: 'ca.crt' }];
const issuerRef = { name: 'kafka-ca' };

test.each<[string, CertificateIssuer, object]>([
  ['the built-in issuer', CertificateIssuer.builtIn(), { secret: { name: 'events-tls', items } }],
  [
    'cert-manager, whose issuers may write no CA',
    CertificateIssuer.certManager({ issuerRef }),
    { secret: { name: 'events-tls', items, optional: true } },
  ],
  [
    'a Secret',
    CertificateIssuer.secret({ secretName: 'mine' }),
    { secret: { name: 'mine', items, optional: true } },
  ],
  [
    'a bundle',
    CertificateIssuer.certManager({ issuerRef, caBundle: CaBundle.configMap('roots') }),
    { configMap: { name: 'roots', items } },
  ],
])('brokers trust the CAs of %s', (_, issuer, source) => {
  expect(trustedSource(issuer)).toEqual(source);
});
