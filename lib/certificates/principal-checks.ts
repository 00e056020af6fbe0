/* Checks of the names that clients can get. Kafka identifies a client by its name only, whatever listener it uses. */
import { Settings } from '../kafka/properties';
import { ClientListener } from '../network/client-listener';
import { KafkaClient } from '../network/kafka-client';
import { isServerPrincipal, serverPrincipal } from '../network/principal-rules';
import { isServerOfAnyCluster } from '../network/super-users';
import { CertificateIssuer } from './certificate-issuer';

/** The parts of a cluster that decide the names and rights of its clients. */
export interface PrincipalFacts {
  readonly clusterName: string;
  /** Config that the user gave to the cluster. */
  readonly config: Settings;
  readonly clients: readonly KafkaClient[];
  readonly clientListeners: readonly ClientListener[];
  readonly issuer?: CertificateIssuer;
}

const DOCS = 'https://github.com/cdk8s-kafka/cdk8s-kafka/blob/main/docs/certificates.md#rights-of-clients';

/** Errors of clients with the name of a server of another cluster. */
export function principalErrors({ clusterName, clients, issuer }: PrincipalFacts): string[] {
  return clients
    .filter(({ clientName }) => issuer?._isCertManager && isServerOfAnyCluster(clientName))
    .map(
      ({ clientName }) =>
        `clientName '${clientName}' of cluster '${clusterName}' is the name of the servers of a cluster ` +
        `'${clientName.replace(/-[^-]*$/, '')}', and its issuer can certify several clusters; use a name that does not end in ` +
        '-brokers, -controllers, -topics or -recovery',
    );
}

/** Warnings of clients with more rights than the user may expect. */
export function principalWarnings(facts: PrincipalFacts): string[] {
  return facts.config['authorizer.class.name'] === undefined
    ? administratorWarnings(facts)
    : [...ownPkiWarnings(facts), ...superUserWarnings(facts)];
}

function administratorWarnings({ clusterName, clients }: PrincipalFacts): string[] {
  return clients.length === 0
    ? []
    : [
        `cluster '${clusterName}' has clients and no authorizer, so each of them can read, change and delete everything; set ` +
          `'authorizer.class.name' in config and give rights to clients, see ${DOCS}`,
      ];
}

function ownPkiWarnings({ clusterName, config, issuer }: PrincipalFacts): string[] {
  return issuer?._isSecret && !superUsersOf(config).some(isServerPrincipal)
    ? [
        `cluster '${clusterName}' has the authorizer '${config['authorizer.class.name']}' and certificates from Secrets: add the ` +
          "common names of the certificates of its brokers and of its topic synchronization to 'super.users' in config, as " +
          `'${serverPrincipal('<common name>')}', or the authorizer denies them`,
      ]
    : [];
}

/** With the built-in CA nobody else certifies names, so another source of names may be unintended. */
function superUserWarnings({ clusterName, clientListeners, config, issuer }: PrincipalFacts): string[] {
  const users = superUsersOf(config).filter((user) => !isServerPrincipal(user) && user !== 'User:ANONYMOUS');
  return clientListeners.flatMap(({ name, authentication }) => {
    const source =
      authentication?._method === 'scram-sha-512'
        ? 'SCRAM users'
        : issuer?._isBuiltIn && authentication?.clientCa
          ? 'certificates of another CA'
          : undefined;
    return source === undefined || users.length === 0
      ? []
      : [
          `listener ${name} of cluster '${clusterName}' accepts ${source}, and one with the name of ${users.join(', ')} is a super ` +
            `user; keep these names reserved there, see ${DOCS}`,
        ];
  });
}

function superUsersOf({ 'super.users': users = '' }: Settings): string[] {
  return users
    .split(';')
    .map((user) => user.trim())
    .filter((user) => user !== '');
}
