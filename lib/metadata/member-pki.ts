import { PACKAGE_LABELS } from '../kubernetes/labels';
import { IdRange } from '../seam/agent-config';
import { caSecretName } from '../servers/pod-certificates';
import { MetadataPki } from './metadata-store';

/** The servers of a metadata store that have one certificate. */
export interface CertifiedMembers {
  /** Name of the StatefulSet, and common name of the certificate. */
  readonly name: string;
  /** Secret of the certificate. */
  readonly secret: string;
  readonly serviceHost: string;
  readonly ids: IdRange;
  /** Ports that serve the certificate. */
  readonly ports: readonly number[];
}

/** The CA of the members of a quorum, their certificate, and the endpoints that serve it. */
export function memberPki({
  name,
  secret,
  serviceHost,
  ids,
  ports,
}: CertifiedMembers): Omit<MetadataPki, 'restartedStatefulSets'> {
  return {
    stateSecret: caSecretName(name),
    commonName: name,
    certificates: [
      {
        secret,
        commonName: name,
        dnsNames: [serviceHost, `*.${serviceHost}`],
        labels: PACKAGE_LABELS,
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
