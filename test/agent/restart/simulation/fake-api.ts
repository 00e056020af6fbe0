/* An API server that is slow, loses answers, and is unreachable at times, for all agents or for some. */
import { AsyncLocalStorage } from 'node:async_hooks';
import * as transport from '../../../../agent/kubernetes/transport';
import { ObjectStore } from '../../kubernetes/object-store';
import { Random } from './random';
import { VirtualTime } from './virtual-time';

/** Time in which the API server cannot be reached, in milliseconds since the start. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  /** Ids of the brokers whose agents cannot reach it; absent for all. */
  readonly brokers?: readonly number[];
  /** True if requests time out; otherwise they are refused. */
  readonly hangs: boolean;
}

/** Share of writes whose answer is lost. */
const LOST_ANSWERS = 0.01;
const TIMEOUT_MS = 10_000;

export class FakeApi {
  /** Id of the broker whose agent runs. */
  readonly caller = new AsyncLocalStorage<number>();
  private readonly store = new ObjectStore();
  private readonly startedAt: number;

  constructor(
    private readonly time: VirtualTime,
    private readonly random: Random,
    private readonly outages: readonly Outage[],
  ) {
    this.startedAt = time.now;
    this.store.put('/apis/apps/v1/namespaces/ns/statefulsets/m', { spec: { replicas: 9 } });
    jest.spyOn(transport, 'sendRequest').mockImplementation((...request) => this.answer(...request));
  }

  /** Returns the outage that a broker sees now. Without a broker only outages for all count. */
  outage(broker?: number): Outage | undefined {
    const now = this.time.now - this.startedAt;
    return this.outages.find(
      ({ from, to, brokers }) =>
        from <= now &&
        now < to &&
        (brokers === undefined || (broker !== undefined && brokers.includes(broker))),
    );
  }

  private async answer(...[method, path, payload]: Parameters<typeof transport.sendRequest>) {
    const { time, random } = this;
    await this.failInOutage();
    await time.sleep(random.between(2, random.isTrue(0.05) ? 1_000 : 30));
    await this.failInOutage();
    const answer = this.store.answer(method, path, payload);
    await time.sleep(random.between(2, 30));
    if (method !== 'GET' && random.isTrue(LOST_ANSWERS)) {
      throw new transport.ApiServerUnavailable('the answer is lost');
    }
    return answer;
  }

  private async failInOutage(): Promise<void> {
    const outage = this.outage(this.caller.getStore());
    if (outage) {
      await this.time.sleep(outage.hangs ? TIMEOUT_MS : 5);
      throw new transport.ApiServerUnavailable('no answer');
    }
  }
}
