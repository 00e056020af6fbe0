import fc from 'fast-check';
import { LeaseSightings, requests, seen } from '../../../agent/restart/lease-sightings';
import { LeaseRecord } from '../../../agent/restart/lease-state';

const HOLDER = { name: 'm-1', uid: 'a' };

function since(reads: readonly (readonly [LeaseRecord, number])[]): number {
  return reads.reduce<LeaseSightings | undefined>(
    (state, [record, now]) => seen(state, record, now),
    undefined,
  )!.holder.since;
}

test.each<[string, (readonly [LeaseRecord, number])[], number]>([
  ['starts with the first read', [[{ holder: HOLDER, renewTime: '2001' }, 7]], 7],
  [
    'continues without a renewal',
    [
      [{ holder: HOLDER, renewTime: '2001' }, 7],
      [{ holder: HOLDER, renewTime: '2001' }, 9],
    ],
    7,
  ],
  [
    'starts again with a renewal, even one with an earlier time',
    [
      [{ holder: HOLDER, renewTime: '2001' }, 7],
      [{ holder: HOLDER, renewTime: '1999' }, 9],
    ],
    9,
  ],
  [
    'starts again with another pod of the same name',
    [
      [{ holder: HOLDER, renewTime: '2001' }, 7],
      [{ holder: { ...HOLDER, uid: 'b' }, renewTime: '2001' }, 9],
    ],
    9,
  ],
  [
    'continues when other pods wait',
    [
      [{ holder: HOLDER, renewTime: '2001' }, 7],
      [{ holder: HOLDER, renewTime: '2001', waiting: new Map([['m-2', '1']]) }, 9],
    ],
    7,
  ],
])('the age of a Lease %s', (_, reads, expected) => {
  expect(since(reads)).toBe(expected);
});

test('a request is outdated one minute after its last change, whatever time it has', () => {
  const first = seen(
    undefined,
    {
      waiting: new Map([
        ['m-1', '2099'],
        ['m-2', '1970'],
      ]),
    },
    0,
  );
  const second = seen(
    first,
    {
      waiting: new Map([
        ['m-1', '2099'],
        ['m-2', '1971'],
      ]),
    },
    1_000,
  );
  expect(requests(second, 60_000)).toEqual({ current: ['m-1', 'm-2'], outdated: [] });
  expect(requests(second, 60_500)).toEqual({ current: ['m-2'], outdated: ['m-1'] });
});

test('times of other nodes do not change the age of a Lease', () => {
  const reads = fc.array(fc.tuple(fc.nat(3), fc.nat(1000)), { minLength: 1 });
  fc.assert(
    fc.property(reads, fc.integer(), (values, skew) => {
      const at = (offset: number) =>
        since(
          values.map(([renewal, wait], index) => [
            { holder: HOLDER, renewTime: new Date(renewal + offset).toISOString() },
            index * 1000 + wait,
          ]),
        );
      expect(at(skew)).toBe(at(0));
    }),
  );
});
