/*
 * The CAs of a cluster, with the certificates that each issues and the endpoints that serve them. Maps and clients can be
 * added until synth, so these functions must not be called before.
 */
import { CertificateIssuer } from '../certificates/certificate-issuer';
import { EndpointsConfig, LeafConfig, PkiConfig } from '../seam/agent-config';
import { checksum } from '../kubernetes/checksum';
import { ClusterContext } from '../cluster/cluster-context';
import { KafkaClient } from '../network/kafka-client';
import { brokersName, recoveryName } from '../network/super-users';
import { caSecretName } from '../servers/pod-certificates';
import { createdLabels, secretLabels, selectorLabels } from '../kubernetes/labels';
import { MetadataLifetimes } from '../certificates/lifetimes';

/** X.509 allows 64 characters; a space and a number of up to nine digits follow the name. */
const AUTHORITY_NAME_LIMIT = 54;
const PURPOSE = ' brokers and clients';

/** Common name of a CA. A long name is cut, and a digest distinguishes it from others with the same start. */
function authorityName(clusterName: string): string {
  const room = AUTHORITY_NAME_LIMIT - PURPOSE.length;
  if (clusterName.length <= room) {
    return `${clusterName}${PURPOSE}`;
  }
  const digest = checksum(clusterName).slice(0, 8);
  return `${clusterName.slice(0, room - 1 - digest.length)}-${digest}${PURPOSE}`;
}

/** The CA of brokers and clients; none without TLS. */
export function clusterPki(
  context: ClusterContext,
  issuer: CertificateIssuer,
  unreachableTimeoutSeconds: number,
): PkiConfig[] {
  const { certificates, clusterName } = context;
  if (!certificates.isTls) {
    return [];
  }
  const { caSeconds = 0, certificateSeconds = 0, overlapSeconds = 0 } = issuer._lifetimes;
  return [
    {
      name: 'cluster',
      stateSecret: caSecretName(clusterName),
      stateLabels: secretLabels(clusterName),
      commonName: authorityName(clusterName),
      caLifetimeSeconds: caSeconds,
      certificateLifetimeSeconds: certificateSeconds,
      overlapSeconds,
      unreachableTimeoutSeconds,
      certificates: [
        ...serverCertificates(context),
        ...(certificates.hasRecovery ? recoveryCertificates(context) : []),
        ...certificates.clients.map((client) => clientCertificate(context, client)),
      ],
      endpoints: brokerEndpoints(context),
      restartedStatefulSets: [],
      restartNoticeSeconds: 0,
    },
  ];
}

/** Certificates of brokers and of the topic synchronization. */
export function serverCertificates({
  certificates,
  clusterName,
  serviceHost,
  listeners,
}: ClusterContext): LeafConfig[] {
  const labels = (component: 'broker' | 'topic-sync') =>
    createdLabels(selectorLabels(component, clusterName));
  const brokers: LeafConfig = {
    secret: certificates.brokersSecret,
    commonName: brokersName(clusterName),
    dnsNames: [...certificates.dnsNames, `*.${serviceHost}`],
    labels: labels('broker'),
  };
  const topics: LeafConfig = {
    secret: certificates.topicsSecret,
    commonName: `${clusterName}-topics`,
    dnsNames: [`${clusterName}-topics`],
    labels: labels('topic-sync'),
  };
  // Without TLS between brokers the topic synchronization needs no certificate.
  return listeners[0].certificates === undefined ? [brokers] : [brokers, topics];
}

/** Certificate of the recovery; none without TLS between brokers. */
export function recoveryCertificates({ certificates, clusterName, listeners }: ClusterContext): LeafConfig[] {
  const commonName = recoveryName(clusterName);
  return listeners[0].certificates === undefined
    ? []
    : [
        {
          secret: certificates.recoverySecret,
          commonName,
          dnsNames: [commonName],
          labels: createdLabels(selectorLabels('recovery', clusterName)),
        },
      ];
}

/** Certificate of a declared client. */
export function clientCertificate(
  { certificates, clusterName }: ClusterContext,
  { clientName }: KafkaClient,
): LeafConfig {
  return {
    secret: certificates.clientSecret(clientName),
    commonName: clientName,
    dnsNames: [clientName],
    labels: secretLabels(clusterName),
  };
}

function brokerEndpoints({
  certificates,
  clusterName,
  listeners,
  registry,
  serviceHost,
}: ClusterContext): EndpointsConfig[] {
  const ports = listeners
    .filter((listener) => listener.certificates !== undefined)
    .map(({ certificates: served, clientCertificates, port }) => ({
      port,
      requestsClientCertificate: clientCertificates === served,
    }));
  const servers = registry.maps.map(({ name, brokerIds: { first, last } }) => ({
    hostPattern: `${clusterName}-${name}-*.${serviceHost}`,
    ids: { first, last },
  }));
  return [{ secret: certificates.brokersSecret, ports, servers }];
}

/** The CA of controllers or ZooKeeper servers; none without TLS, or if the authority of another cluster issues it. */
export function metadataPki(
  context: ClusterContext,
  lifetimes: MetadataLifetimes,
  unreachableTimeoutSeconds: number,
): PkiConfig[] {
  const pki = context.metadata.pki(context.clusterName);
  return pki
    ? [{ name: 'metadata', ...lifetimes, overlapSeconds: 0, unreachableTimeoutSeconds, ...pki }]
    : [];
}
