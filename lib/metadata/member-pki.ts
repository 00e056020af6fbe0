import { secretLabels } from '../kubernetes/labels';
import { IdRange } from '../seam/agent-config';
import { caSecretName, metadataClientSecretName } from '../servers/pod-certificates';
import { MetadataPki } from './metadata-store';

/** The servers of a metadata store that have one certificate. */
export interface CertifiedMembers {
  /** Name of the cluster or of the ensemble. */
  readonly owner: string;
  /** Name of the StatefulSet, and common name of the certificate. */
  readonly name: string;
  /** Secret of the certificate. */
  readonly secret: string;
  /** Common name of the certificate with which brokers connect to the servers. */
  readonly clientName: string;
  readonly serviceHost: string;
  readonly ids: IdRange;
  /** Ports that serve the certificate. */
  readonly ports: readonly number[];
}

/**
 * The CA of the members of a quorum, their certificate, that of their brokers, and the endpoints that serve the first. Brokers have
 * a certificate of their own: with that of the members, one broker could take the place of a member.
 */
export function memberPki({
  owner,
  name,
  secret,
  clientName,
  serviceHost,
  ids,
  ports,
}: CertifiedMembers): Omit<MetadataPki, 'restartedStatefulSets'> {
  const labels = secretLabels(owner);
  return {
    stateSecret: caSecretName(name),
    stateLabels: labels,
    commonName: name,
    certificates: [
      {
        secret,
        commonName: name,
        dnsNames: [serviceHost, `*.${serviceHost}`],
        labels,
      },
      {
        secret: metadataClientSecretName(name),
        commonName: clientName,
        dnsNames: [clientName],
        labels,
      },
    ],
    endpoints: [
      {
        secret,
        ports: ports.map((port) => ({ port, requestsClientCertificate: true })),
        servers: [{ hostPattern: `${name}-*.${serviceHost}`, ids }],
      },
    ],
  };
}
