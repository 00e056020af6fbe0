import fc from 'fast-check';
import { isLeaseTime, ownSlot } from '../../../agent/restart/stop-slots';

const second = (from: number, to = from) => ({ from: from * 1000, to: to * 1000 });
const FIRST = { position: 0, count: 3 };
const SECOND = { position: 1, count: 3 };

test.each<[string, ReturnType<typeof second>, boolean]>([
  ['at the begin of a slot', second(0, 3.9), true],
  ['shortly before the owner of a slot', second(3, 4), false],
  ['with the owner of a slot', second(10), false],
  ['shortly after the owner of a slot', second(15.9, 16.5), false],
  ['at the end of a slot', second(16, 29), false],
  ['at the end of a slot, with a short verdict', second(16, 20), true],
  ['with a verdict from before the owner of the slot', second(3, 17), false],
])('a holder of the Lease stops %s: %s', (_, period, isAllowed) => {
  expect(isLeaseTime(period)).toBe(isAllowed);
});

test.each<[string, ReturnType<typeof second>, string | undefined]>([
  ['the first slot belongs to the first zone', second(8, 11.9), 'zone'],
  ['the second slot belongs to the first server', second(38, 39), 'server'],
  ['the third slot belongs to the second zone', second(68, 69), undefined],
  ['the fourth slot belongs to the second server', second(98, 99), undefined],
  ['the first zone has a slot again after three minutes', second(188, 189), 'zone'],
  ['an owner does not stop early', second(7.9, 9), undefined],
  ['an owner does not stop late', second(9, 12), undefined],
])('%s', (_, period, owner) => {
  expect(ownSlot(period, FIRST, FIRST)).toBe(owner);
});

test('without a zone, a server has only its own slot', () => {
  expect([ownSlot(second(8), FIRST, undefined), ownSlot(second(38), FIRST, undefined)]).toEqual([
    undefined,
    'server',
  ]);
});

const period = fc
  .tuple(fc.nat(3_600_000), fc.nat(6_000))
  .map(([from, length]) => ({ from, to: from + length }));

test('two servers that stop without the Lease, and one that holds it, stop at least four seconds apart', () => {
  const owner = (found: { from: number; to: number }, order: typeof FIRST) =>
    ownSlot(found, order, undefined);
  fc.assert(
    fc.property(period, period, (a, b) => {
      const distance = Math.max(a.from, b.from) - Math.min(a.to, b.to);
      if (owner(a, FIRST) && (owner(b, SECOND) || isLeaseTime(b))) {
        expect(distance).toBeGreaterThanOrEqual(4_000);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('every server and every zone gets a turn', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(39), (count, index) => {
      const order = { position: index % count, count };
      const slots = Array.from({ length: 2 * count }, (_, slot) =>
        ownSlot(second(slot * 30 + 9), order, order),
      );
      expect(slots.filter((slot) => slot !== undefined).sort()).toEqual(['server', 'zone']);
    }),
  );
});
