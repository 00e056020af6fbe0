/* The workload of a ZooKeeper ensemble. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { checkedDuration } from '../input/durations';
import { Settings } from '../kafka/properties';
import { claimName } from '../nodes/disks';
import { NodeGroup } from '../nodes/node-group';
import { scheduling } from '../nodes/scheduling';
import { ServerStorage } from '../nodes/server-storage';
import { agentSizingOf, sizingOf } from '../nodes/sizing';
import { CERTIFICATE_SETS } from '../seam/agent-config';
import { AgentProgram } from '../servers/agent-program';
import { assertJvmOptions } from '../servers/jvm-options';
import { PodCertificates } from '../servers/pod-certificates';
import { ServerProps } from '../servers/server-props';
import { quorumStoppingOf } from '../servers/stopping';
import { ledgerName } from './quorum-members';
import { serverProgramNames } from '../servers/agent-bundle';
import { DATA, DISK } from './zoo-cfg';
import { ELECTION_PORT, clientPort } from './zookeeper-ports';
import { ZookeeperWorkload } from './zookeeper-workload';

/** The parts of an ensemble. */
export interface EnsembleParts {
  readonly name: string;
  readonly namespace: string;
  readonly serviceName: string;
  readonly serviceHost: string;
  /** Host names of the servers, in the order of their ids. */
  readonly hosts: readonly string[];
  /** Empty without TLS. */
  readonly certificates: readonly PodCertificates[];
  readonly selector: Record<string, string>;
  readonly program: AgentProgram;
  readonly image: string;
  readonly storage: ServerStorage;
  readonly nodeGroup: NodeGroup;
  /** Further settings of zoo.cfg. */
  readonly settings: Settings;
}

/** @throws when a size or a duration is not valid */
export function ensembleWorkload(props: ServerProps, parts: EnsembleParts): ZookeeperWorkload {
  const { name, namespace, certificates, selector } = parts;
  const owner = `ZooKeeper ensemble '${name}'`;
  assertJvmOptions(owner, props.jvmOptions);
  parts.storage._assertForMetadata(owner);
  const stopping = quorumStoppingOf(owner, props);
  const isTls = certificates.length > 0;
  const folder = isTls ? CERTIFICATE_SETS.metadata : undefined;
  const tls = { certificateFolder: folder, clientCaFolder: folder };
  return {
    owner,
    namespace,
    name,
    serviceName: parts.serviceName,
    serviceAccountName: name,
    programConfigMapNames: serverProgramNames(name),
    program: parts.program,
    selector,
    image: parts.image,
    sizing: sizingOf(owner, props, undefined, {
      cpu: Cpu.millis(500),
      memory: Size.gibibytes(2),
      heap: Size.gibibytes(1),
    }),
    agentSizing: agentSizingOf(props.agentResources),
    storage: parts.storage,
    scheduling: scheduling(parts.nodeGroup, selector, selector),
    certificates,
    settings: parts.settings,
    agentConfig: {
      role: 'zookeeper',
      clusterName: name,
      namespace,
      statefulSet: name,
      headlessServiceHost: parts.serviceHost,
      disks: [{ claim: claimName(0), mountPath: DISK, logDir: DATA }],
      localVolumeBytes: parts.storage._localVolumeBytes,
      ledgerConfigMap: ledgerName(name),
      certificates: certificates.map(({ config }) => config),
      listener: { name: 'CLIENT', port: clientPort(isTls), ...tls },
      electionListener: { name: 'ELECTION', port: ELECTION_PORT, ...tls },
      ...stopping.config,
      servers: parts.hosts.map((host, index) => ({ id: index + 1, host })),
    },
    preStopTimeout: stopping.preStopTimeout,
    shutdownGracePeriod: stopping.shutdownGracePeriod,
    startupTimeout: checkedDuration(
      `startupTimeout of ${owner}`,
      props.startupTimeout ?? Duration.minutes(30),
      '1 minute',
    ),
    props,
  };
}
