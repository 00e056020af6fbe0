/*
 * The configuration of ZooKeeper servers, with the reason for each setting.
 */
import { CERTIFICATE_SETS, ZOOKEEPER_PLAINTEXT_PORT, ZookeeperConfig } from '../seam/agent-config';
import { storeFile } from '../network/listeners';
import { Settings, renderProperties } from '../kafka/properties';
import { METRICS_PORT, PEER_PORTS } from './zookeeper-ports';

/** Mount path of the disk. Snapshots and the transaction log are in separate folders on it. */
export const DISK = '/var/lib/zookeeper';
/** Folder of the snapshots and of `myid`, the file with the id of the server. */
export const DATA = `${DISK}/data`;

/** Default of `tickTime`. */
export const TICK_MS = 2000;

/**
 * zoo.cfg of an ensemble. All servers have the same file: `init` writes the id of a server to `myid`.
 *
 * @param settings settings of the user; they override the defaults
 */
export function zooCfg({ servers, listener }: ZookeeperConfig, settings: Settings): string {
  const [peer, election] = PEER_PORTS;
  const isTls = listener.certificateFolder !== undefined;
  return renderProperties({
    // Unit of initLimit and syncLimit. A session timeout must be 2 to 20 ticks, and Kafka's is 18 s.
    tickTime: String(TICK_MS),
    // A server has 40 s to load its snapshot, and may lag by 20 s. The defaults are too short for large snapshots.
    initLimit: '20',
    syncLimit: '10',
    // By default ZooKeeper never purges snapshots, and they fill the disk.
    'autopurge.purgeInterval': '1',
    'autopurge.snapRetainCount': '5',
    // No limit: all connections from one node can have the same source address.
    maxClientCnxns: '0',
    '4lw.commands.whitelist': 'srvr,ruok,mntr',
    // The HTTP server returns 200 even while ZooKeeper does not serve requests.
    'admin.enableServer': 'false',
    'metricsProvider.className': 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
    'metricsProvider.httpPort': String(METRICS_PORT),
    ...settings,
    dataDir: DATA,
    // In a separate folder, so that operators see whether the log or the snapshots grow.
    dataLogDir: `${DISK}/log`,
    clientPort: String(ZOOKEEPER_PLAINTEXT_PORT),
    ...(isTls ? { ...TLS, secureClientPort: String(listener.port) } : {}),
    // A single server runs in the same mode as several servers.
    standaloneEnabled: 'false',
    // Only a change of the YAML changes the members, never a command of a client. This is also the default.
    reconfigEnabled: 'false',
    // A pod cannot bind to the address of its host name before DNS publishes it.
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
  // The plaintext port accepts four-letter-word commands without a certificate, so it is bound to loopback.
  clientPortAddress: '127.0.0.1',
  // The default transport of the server does not support TLS.
  serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
  'ssl.clientAuth': 'need',
  // With these two settings ZooKeeper reloads certificates and CAs when the files change; tested with 3.9.4.
  'client.certReload': 'true',
  sslQuorumReloadCertFiles: 'true',
  // The default of ZooKeeper 3.9 is TLS 1.3 only, and the client in Kafka 3.9 uses TLS 1.2.
  'ssl.enabledProtocols': 'TLSv1.3,TLSv1.2',
  sslQuorum: 'true',
  'ssl.quorum.clientAuth': 'need',
  // With TLS 1.2 a server rejects a client certificate during the handshake, so agents and the authority can verify which
  // certificates it accepts.
  'ssl.quorum.enabledProtocols': 'TLSv1.3,TLSv1.2',
  // The verification needs reverse DNS lookups, which not every cluster's DNS supports. The CA issues certificates only for
  // these servers and their brokers.
  'ssl.quorum.hostnameVerification': 'false',
  ...Object.fromEntries(STORES),
};
