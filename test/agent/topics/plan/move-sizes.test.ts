import { withBytes } from '../../../../agent/topics/plan/move-sizes';

const MOVE = { topic: 'events.a', partition: 1, from: [1, 2], to: [2, 3, 4] };

test('bytes are those of one copy for each replica that is added', () => {
  expect(withBytes([MOVE], new Map([['events.a-1', 10]]))).toEqual([{ ...MOVE, bytes: 20 }]);
});

test('bytes of a partition of unknown size are absent', () => {
  expect(withBytes([MOVE], new Map([['events.a-0', 10]]))).toEqual([MOVE]);
});
