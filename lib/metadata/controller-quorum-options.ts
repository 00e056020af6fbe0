import { PropTable, optional } from '../input/props';
import { NODE_GROUP, NodeGroup } from '../nodes/node-group';
import { SERVER_STORAGE, ServerStorage } from '../nodes/server-storage';
import { SERVER_PROPS, ServerProps } from '../servers/server-props';
import { enumOf, number } from '../input/kinds';
import { settingsLike } from '../kafka/properties';
import { ANNOTATIONS } from '../kubernetes/pod-metadata';

/** Storage of the voter set of a KRaft quorum. */
export enum QuorumKind {
  /** The voters are stored in the metadata log (KIP-853) and can change. */
  DYNAMIC = 'dynamic',
  /** The voters are listed in the configuration of all brokers and controllers. */
  STATIC = 'static',
}

/** The KRaft controllers of a `KafkaCluster`. */
export interface ControllerQuorumOptions extends ServerProps {
  /**
   * Number of controllers: 1, 3, 5, 7 or 9. In a dynamic quorum it can change, and no pod restarts: new controllers read the metadata
   * and become voters one by one, and controllers that are removed leave the voters before they stop. In a static quorum it
   * cannot change.
   *
   * @default 3
   */
  readonly count?: number;

  /**
   * Id of the first controller. Brokers and controllers share one range of ids. It cannot change.
   *
   * @default 1
   */
  readonly firstNodeId?: number;

  /**
   * Storage of the voter set. It cannot change: when a cluster that started with Kafka below 4.2 is upgraded to 4.2 or newer,
   * set `QuorumKind.STATIC`.
   *
   * @default - QuorumKind.DYNAMIC from Kafka 4.2 on, else QuorumKind.STATIC
   */
  readonly quorumKind?: QuorumKind;

  /**
   * Disk of each controller. Exactly one disk is used.
   *
   * @default - a network volume of 10 GiB of the default StorageClass
   */
  readonly storage?: ServerStorage;

  /**
   * Nodes that controllers may run on.
   *
   * @default NodeGroup.any()
   */
  readonly nodeGroup?: NodeGroup;

  /**
   * Kafka settings of the controllers only, on top of `config` of the cluster. Settings that must be the same on the whole
   * cluster are set there. Changing a setting that controllers read restarts them one by one.
   *
   * @default - none
   */
  readonly config?: { [setting: string]: string };

  /**
   * Annotations of the ServiceAccount of the controllers.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };
}

/** Properties of ControllerQuorumOptions. */
export const CONTROLLER_QUORUM_OPTIONS: PropTable<ControllerQuorumOptions> = {
  ...SERVER_PROPS,
  count: optional(number(3)),
  firstNodeId: optional(number(1)),
  quorumKind: optional(enumOf(QuorumKind)),
  storage: optional(SERVER_STORAGE),
  nodeGroup: optional(NODE_GROUP),
  config: optional(settingsLike("{ 'metadata.max.retention.ms': '259200000' }")),
  serviceAccountAnnotations: optional(ANNOTATIONS),
};
