import { CompanyPki } from '../certificates/company-pki';
import { clientsReplaced, renewedByHand, serversReplaced } from '../certificates/company-rotations';
import { keysAreNowhereElse } from '../certificates/leaks';
import { listenersLetIn } from '../certificates/listeners';
import { Group } from './group';
import { certificatesGroup } from './certificates';

const common = certificatesGroup('secret');
const pki = new CompanyPki();

/** Certificates from Secrets of others, and listeners of every kind. */
export const certificatesSecret: Group = {
  ...common,
  summary: 'certificates of a KRaft cluster by a company, whose part is played, and listeners of every kind',
  outcome: { ...common.outcome, internalSecret: 'company-topics' },
  standIn: pki,
  checks: () => [
    ...common.checks,
    { name: 'every listener accepts exactly its clients', run: listenersLetIn(pki) },
    { name: 'certificates of servers are renewed', run: renewedByHand(pki) },
    { name: 'the CA of servers is replaced', run: serversReplaced(pki) },
    { name: 'the CA of clients is replaced', run: clientsReplaced(pki) },
    { name: 'private keys are in Secrets only', run: keysAreNowhereElse },
  ],
};
