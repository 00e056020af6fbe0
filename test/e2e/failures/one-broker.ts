/* A broker that can be stopped and started, with access to its disk. */
import { apply, getJson, kubectl } from '../kubernetes/kubectl';
import { ConfigMap, Pod, StatefulSet, statusesOf } from '../kubernetes/objects';
import { logsOf, podOf, stateOf, untilEnded } from '../kubernetes/pods';
import { diskPod } from '../setup/volumes';
import { eventually } from '../waiting';
import { World } from '../world';

/** Folder of a broker's data in the pod of a disk script. */
export const LOG_DIR = '/disk/kafka-log';

/** A broker for failures: the last one of the first map, because a StatefulSet deletes its last pod first. */
export class OneBroker {
  readonly id: number;
  readonly pod: string;
  readonly namespace: string;
  private readonly statefulSet: string;
  private readonly replicas: number;
  private readonly disks: number;

  constructor({ expectations }: World) {
    const [{ statefulSet, brokerIds, disks = 1 }] = expectations.maps;
    this.id = brokerIds[brokerIds.length - 1];
    this.pod = `${statefulSet}-${this.id}`;
    this.namespace = expectations.namespace;
    this.statefulSet = statefulSet;
    this.replicas = brokerIds.length;
    this.disks = disks;
  }

  /** PersistentVolumeClaims of its disks. */
  get claims(): string[] {
    return Array.from({ length: this.disks }, (_, index) => `data-${index}-${this.pod}`);
  }

  /** Stops it by scaling down, and accepts that it has replicas. */
  async stop(): Promise<void> {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const acceptance = `cdk8s-kafka.io/accept-removal=until=${until}; by=e2e; reason=the broker returns`;
    const set = ['statefulset', this.statefulSet, `--namespace=${this.namespace}`];
    await kubectl(['annotate', ...set, '--overwrite', acceptance]);
    await this.scale(this.replicas - 1);
    await eventually(`${this.pod} stopped`, 660, async () => {
      const pod = await podOf(this.namespace, this.pod);
      return pod === undefined ? { done: undefined } : { state: stateOf(this.pod, pod) };
    });
  }

  /** Starts it by scaling up. */
  async start(): Promise<void> {
    await this.scale(this.replicas);
  }

  /** Deletes its pod. The StatefulSet creates another one. */
  async deletePod(): Promise<void> {
    await kubectl(['delete', 'pod', this.pod, `--namespace=${this.namespace}`], { seconds: 660 });
  }

  /** Runs a script on each of its disks, at /disk. */
  async onDisks(script: string): Promise<void> {
    for (const claim of this.claims) {
      await this.onDisk(claim, script);
    }
  }

  private async onDisk(claim: string, script: string): Promise<void> {
    const name = 'e2e-disk';
    const within = `--namespace=${this.namespace}`;
    await kubectl(['delete', 'pod', name, within, '--ignore-not-found']);
    await apply(diskPod(this.namespace, name, claim, script));
    const { status } = await untilEnded(this.namespace, name, 120);
    const log = await kubectl(['logs', name, within]);
    if (status.phase !== 'Succeeded') {
      throw new Error(`the script on the disk of ${this.pod} failed: ${log}`);
    }
    await kubectl(['delete', 'pod', name, within]);
  }

  /** Empties its disks. */
  async wipe(): Promise<void> {
    await this.onDisks(`rm -rf ${LOG_DIR}`);
  }

  /** Waits for a log line of its init container. */
  async untilInitLogs(pattern: RegExp, seconds = 180): Promise<string> {
    return eventually<string>(`init of ${this.pod} to log ${pattern.source}`, seconds, async () => {
      const log = await logsOf(this.namespace, this.pod, 'init');
      const line = log.split('\n').find((text) => pattern.test(text));
      const last = log.trim().split('\n').at(-1);
      return line === undefined
        ? { state: `${stateOf(this.pod, await podOf(this.namespace, this.pod))}: ${last}` }
        : { done: messageOf(line) };
    });
  }

  /** Waits until its init container has ended, and returns the exit code. */
  async untilInitEnds(seconds = 120): Promise<number> {
    return eventually<number>(`init of ${this.pod} to end`, seconds, async () => {
      const pod = await podOf(this.namespace, this.pod);
      const init = pod && statusesOf(pod).find(({ name }) => name === 'init');
      const ended = init?.state.terminated ?? init?.lastState?.terminated;
      return ended === undefined ? { state: stateOf(this.pod, pod) } : { done: ended.exitCode };
    });
  }

  /** @throws if Kafka was started before its init container succeeded */
  async assertNotStarted(): Promise<void> {
    const pod = await getJson<Pod>(['pod', this.pod, `--namespace=${this.namespace}`]);
    const kafka = statusesOf(pod).find(({ name }) => name === 'kafka');
    if (kafka?.state.running || kafka?.state.terminated || kafka?.lastState?.terminated) {
      throw new Error(`Kafka was started on ${this.pod}: ${stateOf(this.pod, pod)}`);
    }
  }

  /** True if the ledger contains it. Without an entry, it counts as new. */
  async isInLedger(): Promise<boolean> {
    const ledger = `${this.statefulSet}-ledger`;
    const { data } = await getJson<ConfigMap>(['configmap', ledger, `--namespace=${this.namespace}`]);
    return data?.[String(this.id)] !== undefined;
  }

  /** Its pod template. */
  async template(): Promise<StatefulSet['spec']['template']> {
    const args = ['statefulset', this.statefulSet, `--namespace=${this.namespace}`];
    return (await getJson<StatefulSet>(args)).spec.template;
  }

  private async scale(replicas: number): Promise<void> {
    const args = ['scale', 'statefulset', this.statefulSet, `--namespace=${this.namespace}`];
    await kubectl([...args, `--replicas=${replicas}`]);
  }
}

function messageOf(line: string): string {
  return line.startsWith('{') ? (JSON.parse(line) as { readonly message: string }).message : line;
}
