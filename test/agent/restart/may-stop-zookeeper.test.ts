import fc from 'fast-check';
import { mayStopZookeeper } from '../../../agent/restart/may-stop-zookeeper';
import { ServerMode } from '../../../agent/zookeeper/ensemble-view';

function viewOf(modes: Readonly<Record<number, ServerMode>>) {
  return {
    modes: new Map(Object.entries(modes).map(([id, mode]) => [Number(id), mode] as const)),
    failures: [],
  };
}

const open = { self: 3, isClosed: false, servers: [1, 2, 3] };

test('may stop while the others are a majority', () => {
  const view = viewOf({ 1: 'leader', 2: 'follower', 3: 'follower' });
  expect(mayStopZookeeper({ ...open, view })).toEqual({
    mayStop: true,
    aliveIds: new Set([1, 2]),
    allInSync: true,
    reason: 'servers 1, 2 are a majority without it',
  });
});

test('the leader lets other servers stop first', () => {
  const view = viewOf({ 1: 'follower', 2: 'follower', 3: 'leader' });
  expect(mayStopZookeeper({ ...open, view })).toMatchObject({
    mayStop: true,
    stopsLast: 'this server is the leader of the quorum',
  });
});

test.each([
  ['does not answer', { 1: 'leader', 3: 'follower' }],
  ['is electing', { 1: 'leader', 2: 'electing', 3: 'follower' }],
] as const)('waits while another server %s', (_, modes) => {
  expect(mayStopZookeeper({ ...open, view: viewOf(modes) })).toMatchObject({
    mayStop: false,
    reason: 'without server 3 only 1 of 3 servers are leader or follower, and a majority is 2; missing: 2',
  });
});

test('may stop without the Lease if its port is closed', () => {
  expect(mayStopZookeeper({ ...open, isClosed: true, view: viewOf({}) })).toMatchObject({
    mayStop: true,
    needsNoLease: true,
  });
});

test('the only server may stop', () => {
  expect(mayStopZookeeper({ ...open, servers: [3], view: viewOf({ 3: 'leader' }) }).mayStop).toBe(true);
});

test('may stop while it is electing if the others are a majority', () => {
  const view = viewOf({ 1: 'leader', 2: 'follower', 3: 'electing' });
  expect(mayStopZookeeper({ ...open, view }).mayStop).toBe(true);
});

test('no stop leaves less than a majority', () => {
  const mode = fc.constantFrom<ServerMode | 'no answer'>('leader', 'follower', 'electing', 'no answer');
  fc.assert(
    fc.property(fc.array(mode, { minLength: 2, maxLength: 9 }), (modes) => {
      const answers = modes.map((one, index) => [index + 1, one] as const);
      const received = answers.filter(
        (answer): answer is readonly [number, ServerMode] => answer[1] !== 'no answer',
      );
      const verdict = mayStopZookeeper({
        self: 1,
        isClosed: false,
        servers: answers.map(([id]) => id),
        view: { modes: new Map(received), failures: [] },
      });
      const others = received.filter(([id, one]) => id !== 1 && one !== 'electing').length;
      expect(verdict.mayStop).toBe(others > modes.length / 2);
    }),
  );
});
