/*
 * The configuration of ZooKeeper servers, with the reason for each choice.
 */
import { CERTIFICATE_SETS, ZOOKEEPER_PLAINTEXT_PORT, ZookeeperConfig } from '../seam/agent-config';
import { storeFile } from '../network/listeners';
import { Settings, renderProperties } from '../kafka/properties';
import { METRICS_PORT, PEER_PORTS } from './zookeeper-ports';

/** Where the disk is; the snapshots and the log of transactions have folders of their own on it. */
export const DISK = '/var/lib/zookeeper';
/** Folder of the snapshots, and of the file with the number of the server. */
export const DATA = `${DISK}/data`;

/**
 * zoo.cfg of every server of an ensemble: it names no server as its own, that is what `init` writes beside the data.
 *
 * @param settings of the user, which win where they may
 */
export function zooCfg({ servers, listener }: ZookeeperConfig, settings: Settings): string {
  const [peer, election] = PEER_PORTS;
  const isTls = listener.certificateFolder !== undefined;
  return renderProperties({
    // The unit of both limits; a session may last from 2 to 20 ticks, so Kafka's 18 s fit.
    tickTime: '2000',
    // A server may take 40 s to load its snapshot and 20 s to fall behind; the defaults are meant for toys.
    initLimit: '20',
    syncLimit: '10',
    // Without purging, which is the default, snapshots fill the disk.
    'autopurge.purgeInterval': '1',
    'autopurge.snapRetainCount': '5',
    // Brokers of one node share an address; what limits them must not be this.
    maxClientCnxns: '0',
    '4lw.commands.whitelist': 'srvr,ruok,mntr',
    // Its HTTP server answers 200 even while ZooKeeper is not serving.
    'admin.enableServer': 'false',
    'metricsProvider.className': 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
    'metricsProvider.httpPort': String(METRICS_PORT),
    ...settings,
    dataDir: DATA,
    // Beside the snapshots and not among them: what grows is seen at once.
    dataLogDir: `${DISK}/log`,
    clientPort: String(ZOOKEEPER_PLAINTEXT_PORT),
    ...(isTls ? { ...TLS, secureClientPort: String(listener.port) } : {}),
    // A single server runs in the same mode as three.
    standaloneEnabled: 'false',
    // Members change by what is applied, never by a client's command. It is the default, and stands here to be seen.
    reconfigEnabled: 'false',
    // A pod cannot bind the address that its own name has in DNS before it is published.
    quorumListenOnAllIPs: 'true',
    ...Object.fromEntries(servers.map(({ id, host }) => [`server.${id}`, `${host}:${peer}:${election}`])),
  });
}

const STORES = ['ssl', 'ssl.quorum'].flatMap((prefix) => [
  [`${prefix}.keyStore.location`, storeFile(CERTIFICATE_SETS.metadata, 'keyStore')],
  [`${prefix}.keyStore.type`, 'PEM'],
  [`${prefix}.trustStore.location`, storeFile(CERTIFICATE_SETS.metadata, 'trustStore')],
  [`${prefix}.trustStore.type`, 'PEM'],
]);

const TLS: Settings = {
  // The commands of four letters ask nobody for a certificate here.
  clientPortAddress: '127.0.0.1',
  // The default transport of the server knows no TLS.
  serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
  'ssl.clientAuth': 'need',
  // Both are read again when they change: seen with 3.9.4, certificates and authorities alike.
  'client.certReload': 'true',
  sslQuorumReloadCertFiles: 'true',
  // ZooKeeper 3.9 speaks 1.3 alone, and the client in Kafka 3.9 speaks 1.2.
  'ssl.enabledProtocols': 'TLSv1.3,TLSv1.2',
  sslQuorum: 'true',
  'ssl.quorum.clientAuth': 'need',
  // With 1.2 a refusal is part of the handshake, so that agents and the authority can prove whom a server accepts.
  'ssl.quorum.enabledProtocols': 'TLSv1.3,TLSv1.2',
  // It would look up names of addresses backwards, which not every cluster's DNS can. The authority certifies nobody but
  // these servers and their brokers.
  'ssl.quorum.hostnameVerification': 'false',
  ...Object.fromEntries(STORES),
};
