import { TaintEffect } from 'cdk8s-plus-27';
import { ZONE_LABEL } from '../seam/agent-config';
import { assertLabelPair } from '../kubernetes/pod-metadata';
import { format } from '../input/format';
import { BOOLEAN, Kind, enumOf, kind, listOf, recordOf, text } from '../input/kinds';
import { PropTable, assertProps, optional, required, struct } from '../input/props';
import { INSTANCE_TYPE, InstanceType } from './instance-type';
import { isOfType, markType } from '../input/type-mark';

/** A taint of the nodes of a group. It repels other pods; the pods of the group tolerate it. */
export interface NodeTaint {
  /** Key of the taint. */
  readonly key: string;
  /**
   * Value of the taint.
   *
   * @default - any value is tolerated
   */
  readonly value?: string;
  /**
   * Effect of the taint.
   *
   * @default - every effect is tolerated
   */
  readonly effect?: TaintEffect;
}

/** Options of a node group. */
export interface NodeGroupOptions {
  /**
   * Taints of the nodes. The pods of the group tolerate them.
   *
   * @default - no taints
   */
  readonly taints?: NodeTaint[];

  /**
   * Zones of the group: values of the zone label. Pods run in no other zone. A replication factor
   * above the number of zones causes a warning.
   *
   * @default - all zones with nodes of the group
   */
  readonly zones?: string[];

  /**
   * Label of the nodes that names their zone. Kafka uses it as `broker.rack`. Use `kubernetes.io/hostname` where nodes have no
   * zones: each node is then a zone of its own.
   *
   * @default 'topology.kubernetes.io/zone'
   */
  readonly zoneLabel?: string;

  /**
   * True if a pod stays pending rather than making zones differ by more than one pod. By default the spread is a preference: a
   * broker then starts in any zone with a free node, and replicas may share that zone. With `true`, the loss of
   * brokers in one zone can keep a broker of another zone pending, because its disk is bound to its zone.
   *
   * @default false
   */
  readonly requireZoneSpread?: boolean;

  /**
   * Instance type of the nodes. Defaults of CPU and memory requests and of the heap follow from it.
   *
   * @default - unknown
   */
  readonly instanceType?: InstanceType;
}

const NODE_LABELS = recordOf(text('fast'), 'kafka.example.com/group');

const TAINT: PropTable<NodeTaint> = {
  key: required(text('dedicated')),
  value: optional(text('kafka')),
  effect: optional(enumOf(TaintEffect)),
};
const NODE_GROUP_OPTIONS: PropTable<NodeGroupOptions> = {
  taints: optional(listOf(struct(TAINT))),
  zones: optional(listOf(text('zone-a'))),
  zoneLabel: optional(text('kubernetes.io/hostname')),
  requireZoneSpread: optional(BOOLEAN),
  instanceType: optional(INSTANCE_TYPE),
};

/** Nodes that brokers, controllers or ZooKeeper servers run on. */
export class NodeGroup {
  /** Every node. */
  public static any(options: NodeGroupOptions = {}): NodeGroup {
    return new NodeGroup({}, options);
  }

  /**
   * Nodes with all of these labels.
   *
   * @throws when no label is given
   */
  public static labeled(labels: { [key: string]: string }, options: NodeGroupOptions = {}): NodeGroup {
    NODE_LABELS.assert('labels of a NodeGroup', labels);
    if (Object.keys(labels).length === 0) {
      throw new Error(
        'labels of a NodeGroup are empty, which selects every node; give at least one label, or use NodeGroup.any()',
      );
    }
    return new NodeGroup(labels, options);
  }

  /** Nodes of one instance type, by their label `node.kubernetes.io/instance-type`. */
  public static ofInstanceType(machine: InstanceType, options: NodeGroupOptions = {}): NodeGroup {
    INSTANCE_TYPE.assert('instance type of a NodeGroup', machine);
    return new NodeGroup({ 'node.kubernetes.io/instance-type': machine.name }, options, machine);
  }

  /** Label of the nodes that names their zone. */
  public readonly zoneLabel: string;
  /** True if a pod stays pending rather than making zones differ by more than one pod. */
  public readonly requireZoneSpread: boolean;
  /** Instance type of the nodes, if known. */
  public readonly instanceType?: InstanceType;
  private readonly _labels: { [key: string]: string };
  private readonly _taints: NodeTaint[];
  private readonly _zones: string[];

  /** True if the value is a NodeGroup. */
  public static isNodeGroup(value: unknown): value is NodeGroup {
    return isOfType(value, 'NodeGroup');
  }

  private constructor(labels: { [key: string]: string }, options: NodeGroupOptions, machine?: InstanceType) {
    markType(this, 'NodeGroup');
    Object.entries(labels).forEach(([key, value]) => assertLabelPair('label of a NodeGroup', key, value));
    assertProps('a NodeGroup', options, NODE_GROUP_OPTIONS);
    (options.taints ?? []).forEach(assertTaint);
    assertZones(options.zoneLabel ?? ZONE_LABEL, options.zones);
    if (options.zones?.length === 0) {
      throw new Error(
        'zones of a NodeGroup are empty, so no node would match; name the zones, or leave them out',
      );
    }
    this._labels = { ...labels };
    this._taints = [...(options.taints ?? [])];
    this._zones = [...(options.zones ?? [])];
    this.zoneLabel = options.zoneLabel ?? ZONE_LABEL;
    assertLabelPair('zoneLabel of a NodeGroup, the label', this.zoneLabel, '');
    this.requireZoneSpread = options.requireZoneSpread ?? false;
    this.instanceType = options.instanceType ?? machine;
  }

  /** Labels of the nodes. */
  public get labels(): { [key: string]: string } {
    return { ...this._labels };
  }

  /** Taints of the nodes. */
  public get taints(): NodeTaint[] {
    return [...this._taints];
  }

  /** Zones of the group; empty if all zones are allowed. */
  public get zones(): string[] {
    return [...this._zones];
  }
}

// The key is required: a toleration without a key tolerates every taint.
function assertTaint(taint: NodeTaint): void {
  assertLabelPair('taint of a NodeGroup', taint.key, taint.value ?? '');
}

function assertZones(zoneLabel: string, zones: string[] = []): void {
  if (new Set(zones).size !== zones.length) {
    throw new Error(`zones of a NodeGroup are ${format(zones)}; they must be a list with each zone once`);
  }
  zones.forEach((zone) => assertLabelPair('zone of a NodeGroup, the label', zoneLabel, zone));
}

/** The kind of a NodeGroup. */
export const NODE_GROUP: Kind<NodeGroup> = kind(
  NodeGroup.isNodeGroup,
  "NodeGroup.labeled({ 'example.com/group': 'kafka' })",
);
