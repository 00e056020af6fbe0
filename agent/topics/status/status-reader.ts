import { getObject } from '../../kubernetes/client';
import { Reconciler } from '../../runtime/reconcile-loop';
import { STATUS_KEYS } from './status-keys';

interface ConfigMap {
  readonly data?: Readonly<Record<string, string>>;
}

/** Result of the last run of the topic synchronization. */
export interface LastRun {
  /** Seconds since 1970. */
  readonly time: number;
  /** Numbers by their name. */
  readonly counts: ReadonlyMap<string, number>;
}

const INTERVAL_MS = 60_000;

/** Reads the result of the last run for metrics: runs end before anybody can scrape them. */
export class TopicStatusReader implements Reconciler {
  readonly title = 'metrics of topics';
  private last?: LastRun;
  private nextAt = -Infinity;

  constructor(
    private readonly namespace: string,
    private readonly name: string,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** The last run; undefined before the first one. */
  get lastRun(): LastRun | undefined {
    return this.last;
  }

  async reconcile(): Promise<void> {
    if (this.monotonicMs() < this.nextAt) {
      return;
    }
    this.nextAt = this.monotonicMs() + INTERVAL_MS;
    const path = `/api/v1/namespaces/${this.namespace}/configmaps/${this.name}`;
    const found = await getObject<ConfigMap>(path, `get on ConfigMap ${this.name}`);
    this.last = lastRunIn(found?.data ?? {});
  }
}

/** Reads the result in the status ConfigMap; undefined if there is none. */
export function lastRunIn(data: Readonly<Record<string, string>>): LastRun | undefined {
  const time = Date.parse(data[STATUS_KEYS.lastRun] ?? '') / 1000;
  return Number.isNaN(time) ? undefined : { time, counts: countsIn(data[STATUS_KEYS.counts]) };
}

/** Reads the numbers of a run; empty if the text is not valid. */
export function countsIn(text = '{}'): Map<string, number> {
  try {
    const entries = Object.entries(Object(JSON.parse(text)) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  } catch {
    return new Map();
  }
}
