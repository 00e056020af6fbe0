import { CertManager, renewedTwice } from '../certificates/cert-manager';
import { keysAreNowhereElse } from '../certificates/leaks';
import { unknownClientsAreRejected } from '../certificates/rejections';
import { Group } from './group';
import { certificatesGroup } from './certificates';

const common = certificatesGroup('cert-manager');
const certManager = new CertManager();

/** Certificates from cert-manager, which is simulated. */
export const certificatesCertManager: Group = {
  ...common,
  summary: 'certificates of a KRaft cluster from a simulated cert-manager',
  expectations: { ...common.expectations, clientKeyStore: 'tls-combined.pem' },
  substitute: certManager,
  checks: () => [
    ...common.checks,
    { name: 'unknown clients are rejected', run: unknownClientsAreRejected },
    { name: 'certificates are renewed twice', run: renewedTwice(certManager) },
    { name: 'private keys are in Secrets only', run: keysAreNowhereElse },
  ],
};
