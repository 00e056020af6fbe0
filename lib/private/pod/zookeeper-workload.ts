/*
 * The StatefulSet of ZooKeeper servers. No agent runs beside them: a server's own four-letter word says all there is
 * to know.
 */
import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { BrokerStorage } from '../../nodes/broker-storage';
import { checksum } from '../checksum';
import { configMap } from '../config-map';
import { secondsOf } from '../durations';
import { DOMAIN, objectLabels } from '../labels';
import { manifest } from '../manifest';
import { Settings, renderProperties } from '../properties';
import { cpuQuantity, mebibytesOf, quantity } from '../quantities';
import { Sizing } from '../sizing';
import { TMP_MOUNT } from './agent-containers';
import { KEEP_CLAIMS, claimTemplates } from './disks';
import { Scheduling, priority } from './scheduling';
import { PLAIN_PORT, clientPort, servicePorts } from './zookeeper-ports';
import { CONTAINER_SECURITY, POD_SECURITY } from './security';

/** Everything that makes one ensemble differ from another. */
export interface ZookeeperWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly serviceName: string;
  readonly selector: Record<string, string>;
  readonly hosts: readonly string[];
  readonly image: string;
  readonly sizing: Sizing;
  readonly storage: BrokerStorage;
  readonly scheduling: Scheduling;
  /** Secret with the certificates; absent where there is no TLS. */
  readonly tlsSecretName?: string;
  readonly config: Settings;
  readonly shutdownGrace: Duration;
  readonly priorityClassName?: string;
}

const DISK = '/var/lib/zookeeper';
const DATA = `${DISK}/data`;
const CONFIG = '/etc/zookeeper';
const CERTIFICATES = '/etc/zookeeper-certificates';

/** Adds the ConfigMap with zoo.cfg. */
export function zookeeperConfigMap(scope: Construct, workload: ZookeeperWorkload): ApiObject {
  return configMap(scope, 'Config', workload.namespace, {
    name: workload.name,
    labels: objectLabels(workload.selector),
    data: { 'zoo.cfg': zooCfg(workload) },
  });
}

/** Adds the StatefulSet. */
export function zookeeperStatefulSet(scope: Construct, workload: ZookeeperWorkload): ApiObject {
  const labels = objectLabels(workload.selector);
  return manifest(scope, 'Resource', workload.namespace, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: workload.name, labels },
    spec: {
      serviceName: workload.serviceName,
      replicas: workload.hosts.length,
      // So that a server's number, which must not be 0, is the end of its pod's name.
      ordinals: { start: 1 },
      // The quorum must form before anyone is ready.
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      selector: { matchLabels: workload.selector },
      persistentVolumeClaimRetentionPolicy: KEEP_CLAIMS,
      volumeClaimTemplates: claimTemplates(workload.storage, workload.selector),
      template: {
        metadata: { labels, annotations: { [`${DOMAIN}/restart-settings`]: checksum(zooCfg(workload)) } },
        spec: podSpec(workload),
      },
    },
  });
}

function zooCfg(workload: ZookeeperWorkload): string {
  const servers = workload.hosts.map((host, index) => [`server.${index + 1}`, `${host}:2888:3888`]);
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
    'metricsProvider.httpPort': '7000',
    ...workload.config,
    dataDir: DATA,
    // Beside the snapshots and not among them: what grows is seen at once.
    dataLogDir: `${DISK}/log`,
    clientPort: String(PLAIN_PORT),
    ...(workload.tlsSecretName === undefined ? {} : TLS),
    // A single server runs in the same mode as three.
    standaloneEnabled: 'false',
    // Members change by what is applied, never by a client's command. It is the default, and stands here to be seen.
    reconfigEnabled: 'false',
    // A pod cannot bind the address that its own name has in DNS before it is published.
    quorumListenOnAllIPs: 'true',
    ...Object.fromEntries(servers),
  });
}

const STORES = ['ssl', 'ssl.quorum'].flatMap((prefix) => [
  [`${prefix}.keyStore.location`, `${CERTIFICATES}/keystore.pem`],
  [`${prefix}.keyStore.type`, 'PEM'],
  [`${prefix}.trustStore.location`, `${CERTIFICATES}/ca.crt`],
  [`${prefix}.trustStore.type`, 'PEM'],
]);

const TLS: Settings = {
  // The commands of four letters ask nobody for a certificate.
  clientPortAddress: '127.0.0.1',
  secureClientPort: String(clientPort(true)),
  // The default transport of the server knows no TLS.
  serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
  'ssl.clientAuth': 'need',
  // ZooKeeper 3.9 speaks 1.3 alone, and the client in Kafka 3.9 speaks 1.2.
  'ssl.enabledProtocols': 'TLSv1.3,TLSv1.2',
  sslQuorum: 'true',
  'ssl.quorum.clientAuth': 'need',
  // It would look up names of addresses backwards, which not every cluster's DNS can. The authority certifies nobody but
  // these servers and their brokers.
  'ssl.quorum.hostnameVerification': 'false',
  ...Object.fromEntries(STORES),
};

// The number comes from the pod's name. A disk that says otherwise is another server's.
const START = `number="\${HOSTNAME##*-}"
file=${DATA}/myid
mkdir -p ${DATA} ${DISK}/log
if [ -s "$file" ] && [ "$(cat "$file")" != "$number" ]; then
  echo "the disk at ${DISK} belongs to server $(cat "$file"), this is server $number; bind the right volume, or empty it" >&2
  exit 78
fi
echo "$number" > "$file"
exec zkServer.sh start-foreground ${CONFIG}/zoo.cfg
`;

// 'ruok' says yes without a quorum; only 'srvr' names the mode.
const READY = `exec 3<>/dev/tcp/127.0.0.1/${PLAIN_PORT} && echo srvr >&3 && grep -qE '^Mode: (leader|follower)' <&3`;

function podSpec(workload: ZookeeperWorkload): object {
  const { sizing, tlsSecretName } = workload;
  const isTls = tlsSecretName !== undefined;
  const port = { tcpSocket: { port: 'client' } };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: secondsOf(workload.shutdownGrace),
    ...priority(workload.priorityClassName),
    ...workload.scheduling,
    securityContext: POD_SECURITY,
    containers: [
      {
        name: 'zookeeper',
        image: workload.image,
        imagePullPolicy: 'IfNotPresent',
        command: ['/bin/bash', '-ec', START],
        env: [
          { name: 'ZK_SERVER_HEAP', value: String(mebibytesOf(sizing.heap)) },
          { name: 'JMXDISABLE', value: 'true' },
          { name: 'ZOO_LOG_DIR', value: '/tmp/zookeeper-logs' },
          { name: 'SERVER_JVMFLAGS', value: '-XX:+ExitOnOutOfMemoryError -Dsun.net.inetaddr.ttl=5' },
        ],
        ports: servicePorts(isTls).map(({ name, port: containerPort }) => ({ name, containerPort })),
        resources: {
          requests: { cpu: cpuQuantity(sizing.cpu), memory: quantity(sizing.memory) },
          limits: { memory: quantity(sizing.memory) },
        },
        securityContext: CONTAINER_SECURITY,
        startupProbe: { ...port, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 900 },
        livenessProbe: { ...port, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: {
          exec: { command: ['/bin/bash', '-c', READY] },
          periodSeconds: 5,
          timeoutSeconds: 5,
          failureThreshold: 2,
        },
        volumeMounts: [
          { name: 'config', mountPath: CONFIG, readOnly: true },
          TMP_MOUNT,
          { name: 'data-0', mountPath: DISK },
          ...(isTls ? [{ name: 'certificates', mountPath: CERTIFICATES, readOnly: true }] : []),
        ],
      },
    ],
    volumes: [
      { name: 'config', configMap: { name: workload.name } },
      { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '256Mi' } },
      ...(isTls ? [{ name: 'certificates', secret: { secretName: tlsSecretName, defaultMode: 0o440 } }] : []),
    ],
  };
}
