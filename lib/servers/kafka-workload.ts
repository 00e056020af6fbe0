/* The StatefulSet of Kafka servers: brokers and controllers. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { warnAtSynth } from '../input/warnings';
import { KafkaVersion } from '../kafka/kafka-version';
import { renderProperties } from '../kafka/properties';
import { ServerSettings } from '../kafka/server-settings';
import { configMap } from '../kubernetes/config-map';
import { objectLabels } from '../kubernetes/labels';
import { Listener, listenerPorts } from '../network/listeners';
import { ephemeralMebibytes, ephemeralVolumes } from '../nodes/disks';
import { ServerStorage } from '../nodes/server-storage';
import { FILES, NOTHING_TO_FORMAT, PATHS } from '../seam/agent-config';
import { RUNTIME_MOUNT, SCRATCH_VOLUMES } from './agent-containers';
import { TOOL_ENVIRONMENT, jvmEnvironment } from './jvm';
import { LogConfig, logConfig } from './log-config';
import { CONTAINER_SECURITY, EPHEMERAL_STORAGE } from './security';
import {
  ServerContainer,
  ServerWorkload,
  serverMounts,
  serverPodAnnotations,
  serverPodSpec,
} from './server-pod';
import { serverStatefulSet } from './server-stateful-set';

/** A workload of Kafka servers. */
export interface KafkaWorkload extends ServerWorkload {
  readonly firstId: number;
  readonly count: number;
  readonly version: KafkaVersion;
  readonly storage: ServerStorage;
  readonly listeners: readonly Listener[];
  /** Listener that the probes connect to. */
  readonly probed: Listener;
  readonly settings: ServerSettings;
  /** Fields of agent.json that depend on constructs which can be defined later. */
  readonly agentConfigAtSynth?: () => object;
  /** Fields of agent.json whose change restarts nothing. */
  readonly restartFree: readonly string[];
  /** Arguments of `kafka-storage format`; absent if nothing has to be formatted. */
  readonly formatArguments?: readonly string[];
  /** Command of the Kafka container. */
  readonly command: readonly string[];
}

/** The objects of a workload. */
export interface KafkaObjects {
  readonly configMap: ApiObject;
  readonly statefulSet: ApiObject;
}

/** Adds the ConfigMap with the configuration of the workload, and its StatefulSet. */
export function kafkaObjects(scope: Construct, workload: KafkaWorkload): KafkaObjects {
  const log = logConfig(workload.owner, workload.version, workload.props.logging);
  const properties = renderProperties(workload.settings.effective);
  const { live, restart, warnings } = workload.settings;
  warnAtSynth(scope, () => warnings);
  const config = configMap(scope, 'Config', workload.namespace, {
    name: workload.name,
    labels: objectLabels(workload.selector),
    data: {
      [FILES.serverProperties]: properties,
      [FILES.agentConfig]: () =>
        json({
          ...workload.agentConfig,
          ...workload.agentConfigAtSynth?.(),
          kafkaVersion: checkedVersion(workload),
        }),
      ...(live ? { [FILES.liveSettings]: json(live) } : {}),
      [log.fileName]: log.content,
    },
  });
  const statefulSet = serverStatefulSet(scope, {
    ...workload,
    podLabels: workload.props.podLabels,
    podAnnotations: serverPodAnnotations(workload, 'kafka', config, {
      settings: {
        file: FILES.serverProperties,
        rendered: properties,
        restarting: renderProperties(restart),
      },
      logging: { file: log.fileName, content: log.content },
      // A new version changes the image, which restarts the pods.
      restartFree: [...workload.restartFree, 'kafkaVersion'],
    }),
    podSpec: serverPodSpec(workload, kafkaContainer(workload, log)),
  });
  return { configMap: config, statefulSet };
}

/** The version whose features `init` compares with those that the cluster has finalized. ZooKeeper mode has none. */
function checkedVersion({ formatArguments, settings, version }: KafkaWorkload): string | undefined {
  const isKraft = formatArguments !== undefined;
  return isKraft && settings.effective['unstable.feature.versions.enable'] !== 'true'
    ? version.version
    : undefined;
}

function kafkaContainer(workload: KafkaWorkload, log: LogConfig): ServerContainer {
  const mounts = [
    { name: 'config', mountPath: PATHS.config, readOnly: true },
    { ...RUNTIME_MOUNT, readOnly: true },
  ];
  return {
    name: 'kafka',
    image: workload.version.image,
    command: workload.command,
    environment: jvmEnvironment(workload.sizing.heap, workload.props.jvmOptions ?? [], log.jvmOption),
    ports: listenerPorts(workload.listeners),
    probedPort: workload.probed.portName,
    mounts,
    sharedMounts: [RUNTIME_MOUNT],
    initContainers: workload.formatArguments
      ? [formatContainer(workload, workload.formatArguments, serverMounts(workload, { mounts }))]
      : [],
    volumes: [...SCRATCH_VOLUMES, ...ephemeralVolumes(workload.storage, workload.selector)],
    ephemeralMebibytes: ephemeralMebibytes(workload.storage),
  };
}

function formatContainer(
  { version }: KafkaWorkload,
  formatArguments: readonly string[],
  volumeMounts: readonly object[],
): object {
  return {
    name: 'format',
    image: version.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/bin/sh', '-c', FORMAT, 'format', ...formatArguments],
    env: Object.entries(TOOL_ENVIRONMENT).map(([name, value]) => ({ name, value })),
    resources: {
      requests: { cpu: '50m', memory: '256Mi', 'ephemeral-storage': EPHEMERAL_STORAGE.other },
      limits: { memory: '256Mi' },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMounts,
  };
}

// `init` has read the disks already. Java would take seconds of each restart to find that they are formatted.
const FORMAT = `more=$(cat ${PATHS.runtime}/${FILES.format})
if [ "$more" = ${NOTHING_TO_FORMAT} ]; then
  echo 'the disks are formatted'
else
  exec /opt/kafka/bin/kafka-storage.sh format "$@" $more
fi`;

function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Path of the final configuration of a server. */
export const SERVER_PROPERTIES = `${PATHS.runtime}/${FILES.serverProperties}`;

/** Starts Kafka as the first process of its container, so that it receives signals itself. */
export const START_KAFKA = ['/opt/kafka/bin/kafka-server-start.sh', SERVER_PROPERTIES];
