import { NodeGroup } from './node-group';

/** Label of a node that no other node has with the same value. */
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

/** Scheduling fields of a pod. */
export interface Scheduling {
  readonly affinity: object;
  readonly tolerations?: object[];
  readonly topologySpreadConstraints: object[];
}

/**
 * Scheduling of the pods of one workload on a node group: spread evenly over zones, and never on a node with a pod that
 * has a label or matches a selector.
 *
 * @param notWith key of a label of pods in all namespaces, or the labels of pods in the own namespace
 */
export function scheduling(
  nodeGroup: NodeGroup,
  selector: Record<string, string>,
  notWith: string | Record<string, string>,
): Scheduling {
  return {
    ...tolerationsOf(nodeGroup),
    affinity: {
      ...nodeAffinity(nodeGroup),
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            topologyKey: HOSTNAME_LABEL,
            ...(typeof notWith === 'string'
              ? {
                  labelSelector: { matchExpressions: [{ key: notWith, operator: 'Exists' }] },
                  namespaceSelector: {},
                }
              : { labelSelector: { matchLabels: notWith } }),
          },
        ],
      },
    },
    topologySpreadConstraints: [
      {
        topologyKey: nodeGroup.zoneLabel,
        maxSkew: 1,
        // With DoNotSchedule, the loss of brokers in one zone could leave a broker of another zone pending, because its disk
        // binds it to its zone. With one pod for each node and zones of equal size, the preference is sufficient.
        whenUnsatisfiable: nodeGroup.requireZoneSpread ? 'DoNotSchedule' : 'ScheduleAnyway',
        // Nodes that the pod cannot use do not count.
        nodeTaintsPolicy: 'Honor',
        labelSelector: { matchLabels: selector },
      },
    ],
  };
}

/** Scheduling of a single pod on a node group. */
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
    ...(nodeGroup.zones.length > 0
      ? [{ key: nodeGroup.zoneLabel, operator: 'In', values: nodeGroup.zones }]
      : []),
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
