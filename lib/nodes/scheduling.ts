import { NodeGroup } from './node-group';
import { ZONE_LABEL } from '../seam/agent-config';
import { assertObjectName } from '../kubernetes/names';

/** Fields of a pod that decide where it runs. */
export interface Scheduling {
  readonly affinity: object;
  readonly tolerations?: object[];
  readonly topologySpreadConstraints: object[];
}

/**
 * Places the pods of one workload on a node group: spread evenly over its zones, and never on a node that already
 * runs a pod with the labels `keepApart`.
 *
 * @param everywhere whether `keepApart` means pods of all namespaces
 */
export function scheduling(
  nodeGroup: NodeGroup,
  selector: Record<string, string>,
  keepApart: Record<string, string>,
  everywhere: boolean,
): Scheduling {
  return {
    ...tolerationsOf(nodeGroup),
    affinity: {
      ...nodeAffinity(nodeGroup),
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            topologyKey: 'kubernetes.io/hostname',
            labelSelector: { matchLabels: keepApart },
            ...(everywhere ? { namespaceSelector: {} } : {}),
          },
        ],
      },
    },
    topologySpreadConstraints: [
      {
        topologyKey: ZONE_LABEL,
        maxSkew: 1,
        // A strict rule would hold back a broker whose disk binds it to its zone, because others of another zone are
        // lost. With one pod a node and as many nodes in each zone, the scheduler's preference is as good.
        whenUnsatisfiable: 'ScheduleAnyway',
        // Nodes that the pod cannot use are no places to be even with.
        nodeTaintsPolicy: 'Honor',
        labelSelector: { matchLabels: selector },
      },
    ],
  };
}

/** Places a pod on a node group, wherever there. */
export function placement(nodeGroup: NodeGroup): object {
  const affinity = nodeAffinity(nodeGroup);
  return { ...tolerationsOf(nodeGroup), ...(Object.keys(affinity).length > 0 ? { affinity } : {}) };
}

function tolerationsOf({ taints }: NodeGroup): Pick<Scheduling, 'tolerations'> {
  const tolerations = taints.map(({ key, value, effect }) => ({
    key,
    ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
    ...(effect === undefined ? {} : { effect }),
  }));
  return tolerations.length > 0 ? { tolerations } : {};
}

function nodeAffinity(nodeGroup: NodeGroup): object {
  const labels = Object.entries(nodeGroup.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = [
    ...labels.map(([key, value]) => ({ key, operator: 'In', values: [value] })),
    ...(nodeGroup.zones.length > 0 ? [{ key: ZONE_LABEL, operator: 'In', values: nodeGroup.zones }] : []),
  ];
  if (expressions.length === 0) {
    return {};
  }
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: expressions }],
      },
    },
  };
}

/** The priority of a pod, if it is to have one of its own. */
export function priority(priorityClassName: string | undefined): object {
  if (priorityClassName === undefined) {
    return {};
  }
  assertObjectName('priorityClassName', priorityClassName);
  return { priorityClassName };
}
