import { CompanyPki } from '../certificates/company-pki';
import { clientsReplaced, renewedByHand, serversReplaced } from '../certificates/company-rotations';
import { keysAreNowhereElse } from '../certificates/leaks';
import { listenersAcceptTheirClients } from '../certificates/listeners';
import { Group } from './group';
import { certificatesGroup } from './certificates';

const common = certificatesGroup('secret');
const pki = new CompanyPki();

/** Certificates from existing Secrets, and listeners of every type. */
export const certificatesSecret: Group = {
  ...common,
  summary: 'certificates of a KRaft cluster from a simulated company PKI, and listeners of every type',
  expectations: { ...common.expectations, internalSecret: 'company-topics' },
  substitute: pki,
  checks: () => [
    ...common.checks,
    { name: 'every listener accepts only its clients', run: listenersAcceptTheirClients(pki) },
    { name: 'certificates of servers are renewed', run: renewedByHand(pki) },
    { name: 'the CA of servers is replaced', run: serversReplaced(pki) },
    { name: 'the CA of clients is replaced', run: clientsReplaced(pki) },
    { name: 'private keys are in Secrets only', run: keysAreNowhereElse },
  ],
};
