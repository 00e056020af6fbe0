import { ZONE_LABEL } from '../seam/agent-config';
import { assertLabelPair } from '../kubernetes/pod-metadata';
import { KINDS, assertKinds, assertObject, assertRequired } from '../input/kinds';
import { InstanceType } from './instance-type';

/** What a taint does to pods that do not tolerate it. */
export enum TaintEffect {
  /** New pods are not scheduled. */
  NO_SCHEDULE = 'NoSchedule',
  /** New pods are scheduled only when there is no other node. */
  PREFER_NO_SCHEDULE = 'PreferNoSchedule',
  /** Running pods have to leave. */
  NO_EXECUTE = 'NoExecute',
}

/** A taint that keeps other pods off the nodes of a group; the group's own pods tolerate it. */
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

/** Further traits of a node group. */
export interface NodeGroupOptions {
  /**
   * Taints of the nodes; the pods placed on them get the tolerations.
   *
   * @default - no taints
   */
  readonly taints?: NodeTaint[];

  /**
   * Zones of the group: values of the label `topology.kubernetes.io/zone`. Pods are placed in no other zone, and a
   * replication factor above the number of zones is warned about.
   *
   * @default - all zones that have nodes of the group
   */
  readonly zones?: string[];

  /**
   * Machine type of the nodes: CPU and memory requests and the heap get their defaults from it.
   *
   * @default - unknown
   */
  readonly instanceType?: InstanceType;
}

/** The nodes that a map, a controller quorum or a ZooKeeper ensemble may run on. */
export class NodeGroup {
  /** Every node. */
  public static any(options: NodeGroupOptions = {}): NodeGroup {
    return new NodeGroup({}, options);
  }

  /**
   * Nodes that carry all of these labels.
   *
   * @throws when no label is given
   */
  public static labeled(labels: { [key: string]: string }, options: NodeGroupOptions = {}): NodeGroup {
    assertObject('labels of a node group', labels, "{ 'kafka.example.com/group': 'fast' }");
    if (Object.keys(labels).length === 0) {
      throw new Error(
        'a node group without labels is every node; name a label of its nodes, or write NodeGroup.any()',
      );
    }
    return new NodeGroup(labels, options);
  }

  /** Nodes of one machine type, by their label `node.kubernetes.io/instance-type`. */
  public static ofInstanceType(machine: InstanceType, options: NodeGroupOptions = {}): NodeGroup {
    assertRequired('a node group', { instanceType: machine }, { instanceType: KINDS.instanceType });
    assertObject('options of a node group', options, "{ zones: ['a', 'b', 'c'] }");
    return new NodeGroup(
      { 'node.kubernetes.io/instance-type': machine.name },
      { ...options, instanceType: options.instanceType ?? machine },
    );
  }

  /** Machine type of the nodes, where known. */
  public readonly instanceType?: InstanceType;
  private readonly _labels: { [key: string]: string };
  private readonly _taints: NodeTaint[];
  private readonly _zones: string[];

  private constructor(labels: { [key: string]: string }, options: NodeGroupOptions) {
    Object.entries(labels).forEach(([key, value]) => assertLabelPair('label of a node group', key, value));
    assertObject('options of a node group', options, "{ zones: ['a', 'b', 'c'] }");
    assertKinds('a node group', options, {
      taints: KINDS.list,
      instanceType: KINDS.instanceType,
    });
    (options.taints ?? []).forEach(assertTaint);
    assertZones(options.zones);
    if (options.zones?.length === 0) {
      throw new Error(
        'zones of a node group are an empty list, so no node would do; name the zones, or leave them out',
      );
    }
    this._labels = { ...labels };
    this._taints = [...(options.taints ?? [])];
    this._zones = [...(options.zones ?? [])];
    this.instanceType = options.instanceType;
  }

  /** Labels of the nodes. */
  public get labels(): { [key: string]: string } {
    return { ...this._labels };
  }

  /** Taints of the nodes. */
  public get taints(): NodeTaint[] {
    return [...this._taints];
  }

  /** Zones that the group is limited to; empty when it is not. */
  public get zones(): string[] {
    return [...this._zones];
  }
}

// A toleration without a key tolerates everything.
function assertTaint(taint: NodeTaint): void {
  if (!taint?.key) {
    throw new Error(
      `taint ${JSON.stringify(taint)} of a node group has no key; write { key: '...', value: '...' }`,
    );
  }
  assertLabelPair('taint of a node group', taint.key, taint.value ?? '');
  if (taint.effect !== undefined && !Object.values(TaintEffect).includes(taint.effect)) {
    throw new Error(
      `effect of taint '${taint.key}' is '${taint.effect}'; use one of ${Object.values(TaintEffect).join(', ')}`,
    );
  }
}

function assertZones(zones: string[] = []): void {
  if (
    !Array.isArray(zones) ||
    new Set(zones).size !== zones.length ||
    Object.keys(zones).length !== zones.length
  ) {
    throw new Error(`zones of a node group are ${JSON.stringify(zones)}; write a list with each zone once`);
  }
  zones.forEach((zone) => assertLabelPair('zone of a node group, a label', ZONE_LABEL, zone));
}
