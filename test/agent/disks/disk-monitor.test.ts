import { DiskMonitor } from '../../../agent/disks/disk-monitor';
import { DescribedLogDir } from '../../../agent/kafka/described-log-dirs';
import { notReady } from '../../../agent/readiness/verdict';

const ONLINE: DescribedLogDir = {
  path: '/data/0',
  isOnline: true,
  space: { totalBytes: 100, usableBytes: 40 },
};
const FAILED: DescribedLogDir = { path: '/data/1', isOnline: false };
const REASON =
  'Kafka has had an I/O error in /data/1 and does not use it until it restarts: check the disk, and delete the pod when it is ' +
  'writable or replaced';

let found: DescribedLogDir[] | undefined;
let seconds: number;
let asked: number;
let events: string[][];
let monitor: DiskMonitor;

beforeEach(() => {
  found = [ONLINE, FAILED];
  seconds = 0;
  asked = 0;
  events = [];
  monitor = new DiskMonitor(
    async () => {
      asked++;
      return found;
    },
    async (...event) => void events.push(event),
    () => seconds * 1_000,
  );
});

async function at(time: number): Promise<void> {
  seconds = time;
  await monitor.reconcile();
}

test('a failed log directory is reported once', async () => {
  await at(0);
  await at(30);
  expect(events).toEqual([['Warning', 'LogDirOffline', REASON]]);
  expect(monitor.logDirs).toEqual(found);
});

test('a log directory that fails again is reported again', async () => {
  for (const [time, dirs] of [
    [0, [FAILED]],
    [30, [ONLINE]],
    [60, [FAILED]],
  ] as const) {
    found = [...dirs];
    await at(time);
  }
  expect(events).toHaveLength(2);
});

test('asks the broker every 30 seconds', async () => {
  for (const time of [0, 5, 29, 30, 59]) await at(time);
  expect(asked).toBe(2);
});

test('a broker that does not answer keeps its last state, and is asked again', async () => {
  await at(0);
  const before = monitor.logDirs;
  found = undefined;
  for (const time of [30, 35]) await at(time);
  expect(monitor.logDirs).toBe(before);
  expect(asked).toBe(3);
});

test('explains why a broker is not in sync', async () => {
  await at(0);
  expect(monitor.explain(notReady('not in the ISR of a-0')).reason).toBe(`${REASON}; not in the ISR of a-0`);
});

test('a broker in sync stays ready: its partitions are elsewhere', async () => {
  await at(0);
  const ready = { ready: true, reason: 'in the ISR of all 3 partitions' };
  expect(monitor.explain(ready)).toBe(ready);
});

test('with all log directories online there is nothing to explain', async () => {
  found = [ONLINE];
  await at(0);
  expect(monitor.explain(notReady('x')).reason).toBe('x');
  expect(events).toEqual([]);
});
