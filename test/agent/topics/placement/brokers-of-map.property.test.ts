import fc from 'fast-check';
import { MissingBroker, placementBlockedReason } from '../../../../agent/topics/placement/brokers-of-map';

const notRegistered = (id: number): MissingBroker => ({ id, reason: 'it is not registered' });

/** Maps that are spread over zones evenly, with any brokers missing or cordoned. */
const scene = fc
  .record({ brokers: fc.integer({ min: 1, max: 12 }), zones: fc.integer({ min: 1, max: 4 }) })
  .chain(({ brokers, zones }) => {
    const all = Array.from({ length: brokers }, (_, index) => ({ id: index + 1, zone: `z${index % zones}` }));
    return fc.record({
      all: fc.constant(all),
      live: fc.subarray(all),
      registered: fc.subarray(all),
      replicationFactor: fc.integer({ min: 1, max: 5 }),
    });
  })
  .map(({ all, live, registered, replicationFactor }) => {
    const others = all.filter((broker) => !live.includes(broker));
    const cordoned = others.filter((broker) => registered.includes(broker));
    const missing = others.filter((broker) => !cordoned.includes(broker)).map(({ id }) => notRegistered(id));
    return { all, map: { live, cordoned, missing }, replicationFactor };
  });

const zonesOf = (brokers: readonly { zone: string }[]) => new Set(brokers.map(({ zone }) => zone)).size;
const RUNS = { numRuns: 2_000 };

test('replicas never span fewer zones than the complete map would allow', () => {
  fc.assert(
    fc.property(scene, ({ all, map, replicationFactor }) => {
      if (placementBlockedReason(map, replicationFactor) === undefined) {
        expect(zonesOf(map.live)).toBeGreaterThanOrEqual(Math.min(replicationFactor, zonesOf(all)));
      }
    }),
    RUNS,
  );
});

test('one missing broker never blocks a map with three live brokers in a zone', () => {
  fc.assert(
    fc.property(scene, ({ all, replicationFactor }) => {
      const live = all.slice(1);
      const largest = Math.max(...live.map(({ zone }) => live.filter((other) => other.zone === zone).length));
      fc.pre(largest >= 3 && replicationFactor <= live.length);
      expect(
        placementBlockedReason({ live, cordoned: [], missing: [notRegistered(1)] }, replicationFactor),
      ).toBeUndefined();
    }),
    RUNS,
  );
});

test('placement never waits if no broker is missing or cordoned', () => {
  fc.assert(
    fc.property(scene, ({ all, replicationFactor }) => {
      fc.pre(replicationFactor <= all.length);
      expect(
        placementBlockedReason({ live: all, cordoned: [], missing: [] }, replicationFactor),
      ).toBeUndefined();
    }),
    RUNS,
  );
});

test('placement requires as many live brokers as replicas', () => {
  fc.assert(
    fc.property(scene, ({ map, replicationFactor }) => {
      if (placementBlockedReason(map, replicationFactor) === undefined) {
        expect(map.live.length).toBeGreaterThanOrEqual(replicationFactor);
      }
    }),
    RUNS,
  );
});
