/* A clock that runs as fast as the code between its timers. */

interface Timer {
  readonly at: number;
  readonly number: number;
  fire?: () => void;
}

/** Clock whose timers fire in order, each after the code of the previous one has run. */
export class VirtualTime {
  now = 1_800_000_000_000;
  private readonly heap: Timer[] = [];
  private count = 0;

  /** Makes `performance` and `Date` return this time. */
  install(): void {
    const start = this.now;
    jest.spyOn(performance, 'now').mockImplementation(() => this.now - start);
    jest.spyOn(Date, 'now').mockImplementation(() => this.now);
    jest.spyOn(Date.prototype, 'toISOString').mockImplementation(() => `${this.now}Z`);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.schedule(ms, resolve));
  }

  /** Waits for an action, at most for a time. */
  async withTimeout<T>(ms: number, action: Promise<T>): Promise<T | undefined> {
    let timer: Timer | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = this.schedule(ms, () => resolve(undefined));
    });
    try {
      return await Promise.race([action, timeout]);
    } finally {
      if (timer) timer.fire = undefined;
    }
  }

  /** Runs until a condition is true, or for a time. True if the condition is true. */
  async runUntil(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const limit = this.now + limitMs;
    while (this.now < limit && !isDone()) {
      // All promises settle before the next timer fires.
      await new Promise((resolve) => setImmediate(resolve));
      const timer = this.pop();
      if (timer === undefined) break;
      if (timer.fire) {
        this.now = timer.at;
        timer.fire();
      }
    }
    return isDone();
  }

  private schedule(ms: number, fire: () => void): Timer {
    const timer: Timer = { at: this.now + Math.max(0, ms), number: this.count++, fire };
    const { heap } = this;
    let index = heap.push(timer) - 1;
    while (index > 0 && isBefore(timer, heap[(index - 1) >> 1])) {
      heap[index] = heap[(index - 1) >> 1];
      index = (index - 1) >> 1;
    }
    heap[index] = timer;
    return timer;
  }

  private pop(): Timer | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], last)) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}
