/*
 * Pods of the topic synchronization: those of the CronJob, and of the Job that runs once for each change of the topics.
 */
import { TopicSyncContext } from '../cluster/cluster-context';
import { createdLabels, objectLabels, selectorLabels } from '../kubernetes/labels';
import { NodeGroup } from '../nodes/node-group';
import { placement } from '../nodes/scheduling';
import { agentSizingOf } from '../nodes/sizing';
import { CERTIFICATE_SETS, FIRST_START_SECONDS } from '../seam/agent-config';
import {
  TMP_MOUNT,
  TOKEN_MOUNT,
  TOKEN_VOLUME,
  agentContainer,
  certificateMount,
  certificateVolume,
  programVolumes,
} from '../servers/agent-containers';
import { CommonPodProps, mergePodProps, podFields } from '../servers/pod-props';
import { AgentResources } from '../servers/server-props';

/** Properties of the pods of the topic synchronization. */
export interface SyncPodProps extends CommonPodProps {
  readonly nodeGroup?: NodeGroup;
  readonly agentResources?: AgentResources;
}

/** Time of the work itself. */
const WORK_SECONDS = 600;
/** Time for which finished Jobs stay, so that people can read their logs. */
const KEPT_SECONDS = 3_600;

/**
 * Annotations of the Job for tools that apply YAML. Argo CD runs it after each sync in which everything became healthy. Flux
 * replaces it, if it has to change it.
 */
export const CHANGE_JOB_ANNOTATIONS = {
  'argocd.argoproj.io/hook': 'PostSync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded',
  'kustomize.toolkit.fluxcd.io/force': 'enabled',
} as const;

/** Labels of the objects of the topic synchronization. */
export function syncLabels(clusterName: string): Record<string, string> {
  return objectLabels(selectorLabels('topic-sync', clusterName));
}

/** Template of the Jobs of a CronJob. */
export function cronJobTemplate(
  context: TopicSyncContext,
  name: string,
  brokerWaitSeconds: number,
  props: SyncPodProps,
): object {
  return {
    metadata: { labels: createdLabels(selectorLabels('topic-sync', context.clusterName)) },
    spec: jobSpec(context, name, brokerWaitSeconds, props),
  };
}

/** Spec of the Job that runs once for each change. */
export function changeJobSpec(
  context: TopicSyncContext,
  name: string,
  brokerWaitSeconds: number,
  props: SyncPodProps,
): object {
  const spec = jobSpec(context, name, brokerWaitSeconds, props);
  return { ...spec, ttlSecondsAfterFinished: KEPT_SECONDS };
}

function jobSpec(
  context: TopicSyncContext,
  name: string,
  brokerWaitSeconds: number,
  props: SyncPodProps,
): object {
  const pod = mergePodProps(context.podDefaults, props);
  return {
    // The next run is the retry.
    backoffLimit: 0,
    activeDeadlineSeconds: Math.max(FIRST_START_SECONDS, brokerWaitSeconds) + WORK_SECONDS,
    template: { metadata: podMetadata(pod, context.clusterName), spec: podSpec(context, name, pod, props) },
  };
}

function podSpec(context: TopicSyncContext, name: string, pod: CommonPodProps, props: SyncPodProps): object {
  const { clusterName, internalListener, program } = context;
  const folder = internalListener.certificates === undefined ? undefined : CERTIFICATE_SETS.cluster;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    ...placement(props.nodeGroup ?? NodeGroup.any()),
    ...podFields(`the topic synchronization of cluster '${clusterName}'`, pod),
    containers: [
      agentContainer(program, 'topics', agentSizingOf(props.agentResources), [
        TMP_MOUNT,
        TOKEN_MOUNT,
        ...(folder === undefined ? [] : [certificateMount(folder)]),
      ]),
    ],
    volumes: [
      { name: 'config', configMap: { name } },
      ...programVolumes(program, `${name}-program`),
      TOKEN_VOLUME,
      ...(folder === undefined ? [] : [certificateVolume(folder, context.topicSyncSources())]),
      { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '64Mi' } },
    ],
  };
}

function podMetadata({ podAnnotations = {}, podLabels }: CommonPodProps, clusterName: string): object {
  return {
    labels: { ...podLabels, ...syncLabels(clusterName) },
    ...(Object.keys(podAnnotations).length > 0 ? { annotations: podAnnotations } : {}),
  };
}
