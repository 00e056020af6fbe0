/* A Deployment of one pod that runs a program of this package beside the servers. */
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';
import { DOMAIN, objectLabels } from '../kubernetes/labels';
import { manifest } from '../kubernetes/manifest';
import { NodeGroup } from '../nodes/node-group';
import { placement } from '../nodes/scheduling';
import { agentSizingOf } from '../nodes/sizing';
import { FILES } from '../seam/agent-config';
import { ProgramName, programChecksum, programConfigMap } from './agent-bundle';
import {
  TMP_MOUNT,
  TOKEN_MOUNT,
  TOKEN_VOLUME,
  VolumeMount,
  agentContainer,
  programVolumes,
} from './agent-containers';
import { AgentProgram } from './agent-program';
import { CommonPodProps, podFields } from './pod-props';
import { AgentResources } from './server-props';

/** A program with its configuration. */
export interface ProgramDeployment {
  /** Name of the construct in messages. */
  readonly owner: string;
  readonly namespace: string;
  /** Name of the Deployment, of its ServiceAccount and of its ConfigMap. */
  readonly name: string;
  readonly selector: Record<string, string>;
  readonly program: AgentProgram;
  readonly command: Extract<ProgramName, 'authority' | 'recovery'>;
  /** Returns agent.json, called at synth. */
  readonly config: () => string;
  readonly nodeGroup: NodeGroup;
  readonly agentResources?: AgentResources;
  readonly pod: CommonPodProps;
  readonly mounts?: readonly VolumeMount[];
  readonly volumes?: readonly object[];
}

/** The objects of a program. */
export interface ProgramDeploymentObjects {
  readonly deployment: ApiObject;
  readonly configMap: ApiObject;
  readonly programConfigMap?: ApiObject;
}

/** Adds a Deployment. */
export function programDeployment(scope: Construct, parts: ProgramDeployment): ProgramDeploymentObjects {
  const { command, config, name, namespace, pod, program, selector } = parts;
  const labels = objectLabels(selector);
  return {
    configMap: configMap(scope, 'Config', namespace, { name, labels, data: { [FILES.agentConfig]: config } }),
    programConfigMap: programConfigMap(scope, namespace, `${name}-program`, labels, program, command),
    deployment: manifest(scope, 'Resource', namespace, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: 1,
        // Two pods would conflict.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: { ...pod.podLabels, ...labels },
            annotations: {
              ...pod.podAnnotations,
              [`${DOMAIN}/restart-agent`]: programChecksum(program, [command]),
              [`${DOMAIN}/restart-identity`]: Lazy.any({ produce: () => checksum(config()) }),
            },
          },
          spec: podSpec(parts),
        },
      },
    }),
  };
}

function podSpec(parts: ProgramDeployment): object {
  const { agentResources, command, mounts = [], name, nodeGroup, owner, pod, program, volumes = [] } = parts;
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    ...placement(nodeGroup),
    ...podFields(owner, pod),
    containers: [
      agentContainer(program, command, agentSizingOf(agentResources), [TMP_MOUNT, TOKEN_MOUNT, ...mounts]),
    ],
    volumes: [
      { name: 'config', configMap: { name } },
      ...programVolumes(program, `${name}-program`),
      TOKEN_VOLUME,
      ...volumes,
      { name: TMP_MOUNT.name, emptyDir: { sizeLimit: '16Mi' } },
    ],
  };
}
