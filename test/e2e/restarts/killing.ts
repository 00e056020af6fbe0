/*
 * `kill -9` from outside of a container, because PID 1 ignores SIGKILL from inside. Pods in the PID namespace of the node run as
 * the same user, so they need no capabilities. The restricted namespace of the brokers would reject them.
 */
import { deleteAll } from '../kubernetes/deleting';
import { apply, getIfThere, getJson, kubectl } from '../kubernetes/kubectl';
import { KubernetesObject, isReady } from '../kubernetes/objects';
import { podOf, podsOf, stateOf } from '../kubernetes/pods';
import { E2E_LABEL, testPod } from '../kubernetes/test-pod';
import { isOurs } from '../setup/preflight';
import { Substitute } from '../setup/substitute';
import { eventually } from '../waiting';
import { Expectations } from '../world';

const NAME = 'e2e-killer';
const LABELS = { 'cdk8s-kafka.io/e2e-purpose': 'kill' };

/** Programs, selected by an argument of their command line. */
export const PROGRAMS = {
  kafka: 'kafka.Kafka',
  agent: '/opt/cdk8s-kafka/agent.mjs',
  recovery: '/opt/cdk8s-kafka/recovery.mjs',
} as const;

interface DaemonSet extends KubernetesObject {
  readonly status?: { readonly desiredNumberScheduled?: number; readonly numberReady?: number };
}

/** A pod on every node that can kill processes of other pods. */
export class Killers implements Substitute {
  private readonly namespace: string;
  private readonly nodeLabels: Readonly<Record<string, readonly string[]>>;

  /** @param nodeLabels labels of the nodes; those of the maps if absent */
  constructor({ namespace, maps }: Expectations, nodeLabels = maps.map(({ nodeLabel }) => nodeLabel)) {
    this.namespace = killersOf(namespace);
    const keys = [...new Set(nodeLabels.map(({ key }) => key))];
    this.nodeLabels = Object.fromEntries(
      keys.map((key) => [key, nodeLabels.filter((label) => label.key === key).map(({ value }) => value)]),
    );
  }

  async prepare(): Promise<void> {
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged', [E2E_LABEL]: 'true' };
    const matchExpressions = Object.entries(this.nodeLabels).map(([key, values]) => ({
      key,
      operator: 'In',
      values,
    }));
    const { spec } = testPod({
      namespace: this.namespace,
      name: NAME,
      container: {
        name: 'killer',
        image: 'node:24-alpine',
        command: ['sleep', '2147483647'],
        resources: { requests: { cpu: '1m', memory: '8Mi' }, limits: { memory: '32Mi' } },
      },
      spec: {
        hostPID: true,
        restartPolicy: 'Always',
        tolerations: [{ operator: 'Exists' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
          },
        },
      },
    });
    const metadata = { name: NAME, namespace: this.namespace };
    await apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace, labels } },
      // Drains do not evict pods of a DaemonSet.
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata,
        spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec } },
      },
    );
  }

  async serve(): Promise<void> {
    await eventually('ready killer pods', 180, async () => {
      const { status } = await getJson<DaemonSet>(['daemonset', NAME, `--namespace=${this.namespace}`]);
      const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = status ?? {};
      return wanted > 0 && ready === wanted ? { done: undefined } : { state: `${ready} of ${wanted} ready` };
    });
  }

  async remove(): Promise<void> {
    const { namespace } = this;
    const found = await getIfThere<KubernetesObject>(['namespace', namespace]);
    if (found === undefined) {
      return;
    }
    if (!isOurs(found)) {
      throw new Error(`namespace ${namespace} was not created by the tests, so it is not deleted`);
    }
    await deleteAll('daemonsets', { namespace });
    await kubectl(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
    await eventually(`namespace ${namespace} gone`, 300, async () =>
      (await getIfThere(['namespace', namespace])) === undefined
        ? { done: undefined }
        : { state: 'it is still being deleted' },
    );
  }
}

// The hostname of a container is the name of its pod.
const SCRIPT = `
found=
for folder in /proc/[0-9]*; do
  { tr '\\0' '\\n' < "$folder/environ" | grep -qx "HOSTNAME=$1"; } 2>/dev/null || continue
  { tr '\\0' '\\n' < "$folder/cmdline" | grep -qx "$2"; } 2>/dev/null || continue
  kill "-$3" "\${folder#/proc/}" && found="$found \${folder#/proc/}"
done
echo "killed:$found"
[ -n "$found" ]
`;

/**
 * Kills a program in a pod.
 *
 * @param signal another signal, for example STOP
 * @returns its process ids on the node
 * @throws if there is no such process
 */
export async function kill(
  { namespace }: Expectations,
  pod: string,
  program: string,
  signal = 'KILL',
): Promise<string> {
  const node = (await podOf(namespace, pod))?.spec.nodeName;
  const killers = await podsOf(killersOf(namespace));
  const killer = killers.find((each) => each.spec.nodeName === node && isReady(each));
  if (!killer) {
    const states = killers.map((each) => stateOf(each.metadata.name, each)).join(', ');
    throw new Error(`no killer pod is ready on node ${node} of ${pod}: ${states}`);
  }
  const args = ['exec', killer.metadata.name, `--namespace=${killersOf(namespace)}`, '--'];
  const output = await kubectl([...args, 'sh', '-c', SCRIPT, 'kill', pod, program, signal], { seconds: 60 });
  return output.trim();
}

function killersOf(namespace: string): string {
  return `${namespace}-killers`;
}
