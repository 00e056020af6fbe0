/*
 * The Kubernetes API in memory, as a run sees it.
 */
import { TopicListConfig } from '../../../lib/seam/agent-config';
import { ConflictError } from '../../../agent/kubernetes/client';
import { KubernetesTopics, StatusChange, StatusObject } from '../../../agent/topics/kubernetes-topics';
import { ListContent } from '../../../agent/topics/lists/declarations';
import { STATUS_KEYS } from '../../../agent/topics/status/status-keys';
import { Interference } from './fake-kafka';

/** A recorded Event. */
export interface FakeEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** A topic list with one ConfigMap. Texts are content that is not valid. */
export function listOf(
  topics: readonly unknown[] | string,
  list: Partial<TopicListConfig> = {},
  missing: readonly string[] = [],
): ListContent {
  const reference = { namespace: 'prod', configMapName: 'topics', ...list };
  const text = typeof topics === 'string' ? topics : JSON.stringify(topics);
  return { list: reference, files: [{ name: reference.configMapName, text }], missing };
}

/** Lists, pods, the status ConfigMap and Events. */
export class FakeKubernetes implements KubernetesTopics {
  /** Content of the lists, at each read; the last one stays. */
  contents: (readonly ListContent[])[];
  ids: ReadonlyMap<string, ReadonlySet<number>> | undefined = undefined;
  readonly events: FakeEvent[] = [];
  readonly requests: string[] = [];
  interference: Interference = () => undefined;
  private stored: StatusObject = { annotations: {}, data: {}, binaryData: {}, resourceVersion: '1' };

  constructor(...contents: readonly (readonly ListContent[])[]) {
    this.contents = [...contents];
  }

  /** Declares the topics of one list from now on. */
  declare(topics: readonly unknown[]): void {
    this.contents = [[listOf(topics)]];
  }

  /** Content of the status ConfigMap. */
  get current(): StatusObject {
    return this.stored;
  }

  /** Changes the status ConfigMap, as another client would. */
  edit(change: Partial<Omit<StatusObject, 'resourceVersion'>>): void {
    const resourceVersion = String(Number(this.stored.resourceVersion) + 1);
    this.stored = { ...this.stored, ...change, resourceVersion };
  }

  /** A memory from which nothing can be read. */
  damageMemory(): void {
    this.edit({ binaryData: { [STATUS_KEYS.memory]: 'H4sI' } });
  }

  lists: KubernetesTopics['lists'] = () =>
    this.request('lists', () => [...(this.contents.length > 1 ? this.contents.shift()! : this.contents[0])]);

  pods: KubernetesTopics['pods'] = () =>
    this.request(
      'pods',
      () => this.ids && new Map([...this.ids].map(([map, ids]) => [map, new Set(ids)] as const)),
    );

  status: KubernetesTopics['status'] = () => this.request('status', () => this.stored);

  writeStatus: KubernetesTopics['writeStatus'] = ({ resourceVersion }, { data, binaryData }: StatusChange) =>
    this.request('write status', () => {
      if (resourceVersion !== this.stored.resourceVersion) {
        throw new ConflictError('ConfigMap was changed by another client');
      }
      const merged = Object.entries({ ...this.stored.data, ...data });
      this.edit({
        data: Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null)),
        binaryData: Object.fromEntries(
          Object.entries({ ...this.stored.binaryData, ...binaryData }).filter(
            (entry): entry is [string, string] => entry[1] !== null,
          ),
        ),
      });
    });

  event: KubernetesTopics['event'] = (type, reason, message) =>
    this.request('event', () => void this.events.push({ type, reason, message }));

  private async request<T>(name: string, effect: () => T): Promise<T> {
    this.requests.push(name);
    await this.interference(name, 'before');
    const result = effect();
    await this.interference(name, 'after');
    return result;
  }
}
