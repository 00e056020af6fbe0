import { KafkaVersion } from '../kafka/kafka-version';
import { Settings } from '../kafka/properties';
import { InterBrokerSecurity } from '../network/inter-broker-security';
import { NetworkPeer } from '../network/network-peer';
import { AgentProgram } from '../servers/agent-program';
import { CommonPodProps } from '../servers/pod-props';

/** The parts of a cluster that its controllers need. */
export interface ControllerQuorumContext {
  readonly clusterName: string;
  readonly namespace: string;
  readonly version: KafkaVersion;
  readonly clusterId?: string;
  readonly clusterDomain: string;
  readonly security: InterBrokerSecurity;
  /** Config of the cluster. */
  readonly config: Settings;
  readonly superUsers: Settings;
  readonly program: AgentProgram;
  readonly metricsScrapers: readonly NetworkPeer[];
  readonly podDefaults: CommonPodProps;
}
