/*
 * The authorities of a cluster, and all that each has to certify and to prove. Maps and clients may be added to the
 * cluster until synth, so nothing here may be called before.
 */
import { CertificateIssuer } from '../certificates/certificate-issuer';
import { ControllerQuorum } from '../controller-quorum';
import { ZookeeperEnsemble } from '../zookeeper-ensemble';
import { EndpointsConfig, IdRange, LeafConfig, PkiConfig } from '../seam/agent-config';
import { checksum } from '../kubernetes/checksum';
import { ClusterContext } from '../cluster/cluster-context';
import { KafkaClient } from '../network/kafka-client';
import { caSecretName } from '../certificates/cluster-certificates';
import { ELECTION_PORT, clientPort } from '../metadata/zookeeper-ports';
import { DOMAIN, objectLabels, selectorLabels } from '../kubernetes/labels';
import { MetadataLifetimes } from '../certificates/lifetimes';

/** X.509 allows 64 characters, and a space and a number of up to nine digits come behind the name. */
const AUTHORITY_NAME_LIMIT = 54;
const PURPOSE = ' brokers and clients';

/** Name of the authority; a long one is cut, and a digest keeps it apart from others that begin alike. */
function authorityName(clusterName: string): string {
  const room = AUTHORITY_NAME_LIMIT - PURPOSE.length;
  if (clusterName.length <= room) {
    return `${clusterName}${PURPOSE}`;
  }
  const digest = checksum(clusterName).slice(0, 8);
  return `${clusterName.slice(0, room - 1 - digest.length)}-${digest}${PURPOSE}`;
}

/** The authority of brokers and clients; none where nobody shows a certificate. */
export function clusterPki(
  context: ClusterContext,
  issuer: CertificateIssuer,
  absenceSeconds: number,
): PkiConfig[] {
  const { certificates, clusterName } = context;
  if (!certificates.isTls) {
    return [];
  }
  const { caSeconds = 0, leafSeconds = 0, overlapSeconds = 0 } = issuer._lifetimes;
  return [
    {
      name: 'cluster',
      stateSecret: caSecretName(clusterName),
      commonName: authorityName(clusterName),
      caLifetimeSeconds: caSeconds,
      certificateLifetimeSeconds: leafSeconds,
      overlapSeconds,
      unreachableTimeoutSeconds: absenceSeconds,
      certificates: [
        ...serverLeaves(context),
        ...certificates.clients.map((client) => clientLeaf(context, client)),
      ],
      endpoints: brokerEndpoints(context),
      restartedStatefulSets: [],
      restartNoticeSeconds: 0,
    },
  ];
}

/** Certificates of what belongs to the cluster itself. */
export function serverLeaves({
  certificates,
  clusterName,
  serviceHost,
  listeners,
}: ClusterContext): LeafConfig[] {
  const labels = (component: 'broker' | 'topic-sync') => objectLabels(selectorLabels(component, clusterName));
  const brokers: LeafConfig = {
    secret: certificates.brokersSecret,
    commonName: `${clusterName}-brokers`,
    dnsNames: [...certificates.dnsNames, `*.${serviceHost}`],
    labels: labels('broker'),
  };
  const topics: LeafConfig = {
    secret: certificates.topicsSecret,
    commonName: `${clusterName}-topics`,
    dnsNames: [`${clusterName}-topics`],
    labels: labels('topic-sync'),
  };
  // Without TLS between servers the synchronisation of topics shows no certificate.
  return listeners[0].certificates === undefined ? [brokers] : [brokers, topics];
}

/** Certificate of a declared client. */
export function clientLeaf(
  { certificates, clusterName }: ClusterContext,
  { clientName }: KafkaClient,
): LeafConfig {
  return {
    secret: certificates.clientSecret(clientName),
    commonName: clientName,
    dnsNames: [clientName],
    labels: {
      'app.kubernetes.io/managed-by': 'cdk8s-kafka',
      'app.kubernetes.io/part-of': 'kafka',
      [`${DOMAIN}/cluster`]: clusterName,
    },
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
      asksForCertificate: clientCertificates === served,
    }));
  return registry.maps.map(({ name, brokerIds: { first, last } }) => ({
    hosts: `${clusterName}-${name}-*.${serviceHost}`,
    ids: { first, last },
    secret: certificates.brokersSecret,
    ports,
  }));
}

/** The authority of controllers, or of ZooKeeper; none where they speak no TLS, or another cluster has it already. */
export function metadataPki(
  context: ClusterContext,
  lives: MetadataLifetimes,
  absenceSeconds: number,
): PkiConfig[] {
  const { metadata } = context;
  const common = { name: 'metadata' as const, ...lives, overlapSeconds: 0, absenceSeconds };
  if (metadata instanceof ControllerQuorum && metadata._certificates.length > 0) {
    const name = `${context.clusterName}-controllers`;
    return [
      {
        ...common,
        ...members(name, metadata.tlsSecretName, metadata._serviceHost, {
          ids: { first: metadata.nodeIds.first, last: metadata.nodeIds.last },
          ports: [metadata._listener.port],
        }),
        restartedStatefulSets: [name, ...context.statefulSets],
      },
    ];
  }
  if (
    metadata instanceof ZookeeperEnsemble &&
    metadata._certificates.length > 0 &&
    metadata._isKeptBy(context.clusterName)
  ) {
    const name = metadata.ensembleName;
    return [
      {
        ...common,
        ...members(name, metadata.tlsSecretName, metadata._serviceHost, {
          ids: { first: 1, last: metadata.servers.length },
          // Each has stores of its own in memory.
          ports: [clientPort(true), ELECTION_PORT],
        }),
        // The servers take everything over while they run; their clients inside brokers do not.
        restartedStatefulSets: metadata._brokerStatefulSets.map(({ statefulSet }) => statefulSet),
      },
    ];
  }
  return [];
}

function members(
  name: string,
  secret: string,
  serviceHost: string,
  { ids, ports }: { readonly ids: IdRange; readonly ports: readonly number[] },
): Pick<PkiConfig, 'stateSecret' | 'commonName' | 'leaves' | 'endpoints'> {
  return {
    stateSecret: caSecretName(name),
    commonName: name,
    certificates: [
      {
        secret,
        commonName: name,
        dnsNames: [serviceHost, `*.${serviceHost}`],
        labels: { 'app.kubernetes.io/instance': name, 'app.kubernetes.io/managed-by': 'cdk8s-kafka' },
      },
    ],
    endpoints: [
      {
        hostPattern: `${name}-*.${serviceHost}`,
        ids,
        secret,
        ports: ports.map((port) => ({ port, asksForCertificate: true })),
      },
    ],
  };
}
