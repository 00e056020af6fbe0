/* The StatefulSet of ZooKeeper servers. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Settings } from '../kafka/properties';
import { configMap } from '../kubernetes/config-map';
import { objectLabels } from '../kubernetes/labels';
import { mebibytesOf } from '../kubernetes/quantities';
import { ServerStorage } from '../nodes/server-storage';
import { FILES, ZookeeperConfig } from '../seam/agent-config';
import { TMP_MOUNT } from '../servers/agent-containers';
import { ServerContainer, ServerWorkload, serverPodAnnotations, serverPodSpec } from '../servers/server-pod';
import { serverStatefulSet } from '../servers/server-stateful-set';
import { zooCfg } from './zoo-cfg';
import { zookeeperLogConfig } from './zookeeper-log-config';
import { servicePorts } from './zookeeper-ports';

/** A workload of ZooKeeper servers. */
export interface ZookeeperWorkload extends ServerWorkload {
  readonly image: string;
  readonly storage: ServerStorage;
  readonly settings: Settings;
  readonly agentConfig: ZookeeperConfig;
}

const CONFIG_FOLDER = '/etc/zookeeper';
const ZOO_CFG = 'zoo.cfg';

/** The objects of a workload. */
export interface ZookeeperObjects {
  readonly configMap: ApiObject;
  readonly statefulSet: ApiObject;
}

/** Adds the ConfigMap with the configuration of the servers, and their StatefulSet. */
export function zookeeperObjects(scope: Construct, workload: ZookeeperWorkload): ZookeeperObjects {
  const log = zookeeperLogConfig(workload.owner, workload.props.logging);
  const rendered = zooCfg(workload.agentConfig, workload.settings);
  const config = configMap(scope, 'Config', workload.namespace, {
    name: workload.name,
    labels: objectLabels(workload.selector),
    data: {
      [ZOO_CFG]: rendered,
      [FILES.agentConfig]: `${JSON.stringify(workload.agentConfig, undefined, 2)}\n`,
      ...(log ? { [log.fileName]: log.content } : {}),
    },
  });
  const statefulSet = serverStatefulSet(scope, {
    ...workload,
    // ZooKeeper accepts no server id 0.
    firstId: 1,
    count: workload.agentConfig.servers.length,
    podLabels: workload.props.podLabels,
    podAnnotations: serverPodAnnotations(workload, 'zookeeper', config, {
      settings: { file: ZOO_CFG, rendered, restarting: rendered },
      logging: log && { file: log.fileName, content: log.content },
      restartFree: ['localVolumeBytes'],
    }),
    podSpec: serverPodSpec(
      workload,
      zookeeperContainer(workload, log && `-Dlogback.configurationFile=${CONFIG_FOLDER}/${log.fileName}`),
    ),
  });
  return { configMap: config, statefulSet };
}

function zookeeperContainer(workload: ZookeeperWorkload, logOption: string | undefined): ServerContainer {
  const jvmOptions = [
    '-XX:+ExitOnOutOfMemoryError',
    '-Dsun.net.inetaddr.ttl=5',
    ...(logOption ? [logOption] : []),
    ...(workload.props.jvmOptions ?? []),
  ];
  return {
    name: 'zookeeper',
    image: workload.image,
    command: ['zkServer.sh', 'start-foreground', `${CONFIG_FOLDER}/${ZOO_CFG}`],
    environment: {
      ZK_SERVER_HEAP: String(mebibytesOf(workload.sizing.heap)),
      JMXDISABLE: 'true',
      ZOO_LOG_DIR: '/tmp/zookeeper-logs',
      SERVER_JVMFLAGS: jvmOptions.join(' '),
    },
    ports: servicePorts(workload.certificates.length > 0),
    probedPort: 'client',
    mounts: [{ name: 'config', mountPath: CONFIG_FOLDER, readOnly: true }],
    sharedMounts: [],
    initContainers: [],
    volumes: [{ name: TMP_MOUNT.name, emptyDir: { sizeLimit: '256Mi' } }],
  };
}
