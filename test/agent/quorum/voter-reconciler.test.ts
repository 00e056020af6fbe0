import { QuorumMember, QuorumView } from '../../../agent/kafka/quorum-view';
import { VoterReconciler } from '../../../agent/quorum/voter-reconciler';
import { log } from '../../../agent/runtime/log';

const member = (id: number, lagMs = 0): QuorumMember => ({
  id,
  lagMs,
  directoryId: `dir-${id}`,
  logEndOffset: 100,
});
const THREE = [1, 2, 3].map((id) => member(id));

let now: number;
let view: QuorumView | undefined;
let members: { first: number; last: number } | undefined;
let rejection: string | undefined;
let changes: string[];
let events: string[];
let lines: string[];

beforeEach(() => {
  now = 0;
  view = { leaderId: 2, voters: THREE, observers: [member(4)] };
  members = { first: 1, last: 5 };
  rejection = undefined;
  [changes, events, lines] = [[], [], []];
  for (const level of ['info', 'warn'] as const) {
    jest.spyOn(log, level).mockImplementation((...args) => void lines.push(args[0]));
  }
});
afterEach(() => jest.restoreAllMocks());

function reconcilerOf(self: number, readMembers = async () => members) {
  const change = (kind: string) => async (leader: number, voter: { id: number }) => {
    changes.push(`${kind} ${voter.id} at ${leader}`);
    return rejection;
  };
  return new VoterReconciler(self, {
    readMembers,
    observe: async () => view,
    add: change('add'),
    remove: change('remove'),
    recordEvent: async (type, reason, message) => void events.push(`${type} ${reason}: ${message}`),
    monotonicMs: () => now,
    sleep: async (ms) => void (now += ms),
  });
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('adds a controller through the leader, and records an Event', async () => {
  reconcilerOf(4).reconcile(view!);
  await settled();
  expect(changes).toEqual(['add 4 at 2']);
  expect(events).toEqual([
    'Normal VoterAdded: controller 4 was added to the voters, which are now 1, 2, 3, 4: controller 4 has all metadata',
  ]);
});

test('does not read the StatefulSet while nothing has to change', async () => {
  const read = jest.fn(async () => members);
  reconcilerOf(1, read).reconcile(view!);
  await settled();
  expect(read).not.toHaveBeenCalled();
});

test('pauses after an attempt, and logs an equal reason once', async () => {
  rejection = 'another voter change is pending';
  const reconciler = reconcilerOf(4);
  for (const time of [0, 1_000, 4_999, 5_000]) {
    now = time;
    reconciler.reconcile(view!);
    await settled();
  }
  expect(changes).toHaveLength(2);
  expect(lines).toEqual(['Kafka does not add voter 4: another voter change is pending']);
  expect(events).toEqual([]);
});

test('a failure is logged, and the next attempt follows', async () => {
  let failures = 1;
  const reconciler = reconcilerOf(4, async () => {
    if (failures-- > 0) {
      throw new Error('no API server');
    }
    return members;
  });
  reconciler.reconcile(view!);
  await settled();
  now = 5_000;
  reconciler.reconcile(view!);
  await settled();
  expect(lines[0]).toBe('the voters cannot be changed: no API server');
  expect(changes).toEqual(['add 4 at 2']);
});

describe('before a stop', () => {
  test('a controller that is replaced stays a voter', async () => {
    await reconcilerOf(3).leave();
    expect([changes, now]).toEqual([[], 0]);
  });

  test('one that is not replaced leaves', async () => {
    members = { first: 1, last: 2 };
    await reconcilerOf(3).leave();
    expect(changes).toEqual(['remove 3 at 2']);
    expect(events).toEqual([expect.stringContaining('Normal VoterRemoved: controller 3 was removed')]);
  });

  test('repeats a rejected request, but not for longer than half a minute', async () => {
    members = { first: 1, last: 2 };
    rejection = 'not now';
    await reconcilerOf(3).leave();
    expect(changes).toHaveLength(30);
    expect(now).toBe(30_000);
    expect(lines.at(-1)).toBe('this controller stops as a voter; the leader removes it once it is down');
  });

  test('an error does not prevent the stop, and is logged once', async () => {
    await reconcilerOf(3, () => Promise.reject(new Error('no API server'))).leave();
    expect(now).toBe(30_000);
    expect(lines[0]).toBe('cannot leave the quorum: no API server');
    expect(lines).toHaveLength(2);
  });

  test('waits for a leader', async () => {
    members = { first: 1, last: 2 };
    const known = view;
    view = undefined;
    const left = reconcilerOf(3).leave();
    view = known;
    await left;
    expect(changes).toEqual(['remove 3 at 2']);
  });
});
