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

test('may stop while the others are a majority that serves', () => {
  const view = viewOf({ 1: 'leader', 2: 'follower', 3: 'follower' });
  expect(mayStopZookeeper({ ...open, view })).toEqual({
    may: true,
    isWhole: true,
    yields: false,
    reason: 'servers 1, 2 serve without it',
  });
});

test('the one that leads lets others go first', () => {
  const view = viewOf({ 1: 'follower', 2: 'follower', 3: 'leader' });
  expect(mayStopZookeeper({ ...open, view })).toMatchObject({ may: true, yields: true });
});

test.each([
  ['does not answer', { 1: 'leader', 3: 'follower' }],
  ['is electing', { 1: 'leader', 2: 'electing', 3: 'follower' }],
] as const)('waits while another one %s', (_, modes) => {
  expect(mayStopZookeeper({ ...open, view: viewOf(modes) })).toMatchObject({
    may: false,
    reason: 'without server 3 a majority is 2 of 3 servers, and 1 serve; missing: 2',
  });
});

test('may stop at once when its port is closed', () => {
  expect(mayStopZookeeper({ ...open, isClosed: true, view: viewOf({}) })).toMatchObject({
    may: true,
    isFree: true,
  });
});

test('the only one may stop', () => {
  expect(mayStopZookeeper({ ...open, servers: [3], view: viewOf({ 3: 'leader' }) }).mayStop).toBe(true);
});

test('may stop although it serves nobody itself, when the others do', () => {
  const view = viewOf({ 1: 'leader', 2: 'follower', 3: 'electing' });
  expect(mayStopZookeeper({ ...open, view }).mayStop).toBe(true);
});

test('no stop leaves less than a majority of several', () => {
  const mode = fc.constantFrom<ServerMode | 'silent'>('leader', 'follower', 'electing', 'silent');
  fc.assert(
    fc.property(fc.array(mode, { minLength: 2, maxLength: 9 }), (modes) => {
      const answers = modes.map((one, index) => [index + 1, one] as const);
      const heard = answers.filter(
        (answer): answer is readonly [number, ServerMode] => answer[1] !== 'silent',
      );
      const verdict = mayStopZookeeper({
        self: 1,
        isClosed: false,
        servers: answers.map(([id]) => id),
        view: { modes: new Map(heard), failures: [] },
      });
      const others = heard.filter(([id, one]) => id !== 1 && one !== 'electing').length;
      expect(verdict.mayStop).toBe(others > modes.length / 2);
    }),
  );
});
