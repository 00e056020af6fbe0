/* What a StatefulSet of ZooKeeper servers is made of, from what a user said and what the ensemble has decided. */
import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { AgentProgram } from '../servers/agent-program';
import { ServerStorage } from '../nodes/server-storage';
import { NodeGroup } from '../nodes/node-group';
import { ZookeeperEnsembleProps } from '../zookeeper-ensemble';
import { CERTIFICATE_SETS } from '../seam/agent-config';
import { PodCertificates } from '../certificates/cluster-certificates';
import { ledgerName, programName } from './quorum-members';
import { sizingOf } from '../nodes/sizing';
import { quorumStoppingOf } from '../servers/stopping';
import { scheduling } from '../nodes/scheduling';
import { DATA, DISK } from './zoo-cfg';
import { ELECTION_PORT, clientPort } from './zookeeper-ports';
import { ZookeeperWorkload } from './zookeeper-workload';

/** What an ensemble has decided. */
export interface EnsembleParts {
  readonly name: string;
  readonly namespace: string;
  readonly serviceName: string;
  readonly serviceHost: string;
  /** Host of each server, in the order of their numbers. */
  readonly hosts: readonly string[];
  /** None where there is no TLS. */
  readonly certificates: readonly PodCertificates[];
  readonly selector: Record<string, string>;
  readonly program: AgentProgram;
  readonly storage: ServerStorage;
}

/** @throws when a size or a time is none that Kubernetes can have */
export function ensembleWorkload(props: ZookeeperEnsembleProps, parts: EnsembleParts): ZookeeperWorkload {
  const { name, namespace, serviceHost, certificates, selector } = parts;
  const owner = `ZooKeeper ensemble '${name}'`;
  const stopping = quorumStoppingOf(owner, props);
  const isTls = certificates.length > 0;
  const folder = isTls ? CERTIFICATE_SETS.metadata : undefined;
  const tls = { certificates: folder, clientCertificates: folder };
  return {
    namespace,
    name,
    serviceName: parts.serviceName,
    serviceAccountName: name,
    agentConfigMapName: programName(name),
    program: parts.program,
    selector,
    image: props.image ?? 'zookeeper:3.9.4',
    sizing: sizingOf(owner, props, undefined, {
      cpu: Cpu.millis(500),
      memory: Size.gibibytes(2),
      heap: Size.gibibytes(1),
    }),
    storage: parts.storage,
    scheduling: scheduling(props.nodeGroup ?? NodeGroup.any(), selector, selector, false),
    certificates,
    settings: props.config ?? {},
    agentConfig: {
      role: 'zookeeper',
      clusterName: name,
      namespace,
      statefulSet: name,
      headlessServiceHost: serviceHost,
      disks: [{ mountPath: DISK, logDir: DATA }],
      ledgerConfigMap: ledgerName(name),
      certificates: certificates.map(({ config }) => config),
      listener: { name: 'CLIENT', port: clientPort(isTls), ...tls },
      electionListener: { name: 'ELECTION', port: ELECTION_PORT, ...tls },
      ...stopping.config,
      servers: parts.hosts.map((host, index) => ({ id: index + 1, host })),
    },
    preStopTimeout: stopping.preStopTimeout,
    shutdownGracePeriod: stopping.shutdownGracePeriod,
    priorityClassName: props.priorityClassName,
  };
}
