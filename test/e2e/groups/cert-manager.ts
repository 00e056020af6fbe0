import { CertManager, renewedTwice } from '../certificates/cert-manager';
import { keysAreNowhereElse } from '../certificates/leaks';
import { strangersAreRefused } from '../certificates/refusals';
import { Group } from './group';
import { certificatesGroup } from './certificates';

const common = certificatesGroup('cert-manager');
const certManager = new CertManager();

/** Certificates that cert-manager keeps, whose part is played here: the definition and the Secrets are like its own. */
export const certificatesCertManager: Group = {
  ...common,
  summary: 'certificates of a KRaft cluster by cert-manager, whose part is played',
  outcome: { ...common.outcome, clientKeyStore: 'tls-combined.pem' },
  standIn: certManager,
  checks: () => [
    ...common.checks,
    { name: 'unknown clients are rejected', run: strangersAreRefused },
    { name: 'certificates are renewed twice', run: renewedTwice(certManager) },
    { name: 'private keys are in Secrets only', run: keysAreNowhereElse },
  ],
};
