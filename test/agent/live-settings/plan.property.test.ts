import fc from 'fast-check';
import { brokerSettings, managedMarker } from '../../../agent/live-settings/broker-setting';
import { DesiredSettings, toDynamicUnits, planBroker } from '../../../agent/live-settings/plan';
import { inMilliseconds } from '../../../agent/live-settings/values';
import { isSameValue } from '../../../agent/text/same-value';
import { BrokerModel, DEFAULTS } from './broker-model';

const FOREIGN = 'leader.replication.throttled.rate';
/** A thread pool grows from 1 to 300 in nine steps. The last step deletes the dynamic value. */
const ROUNDS = 12;

const threads = fc.integer({ min: 1, max: 300 }).map(String);
const value: Record<string, fc.Arbitrary<string>> = {
  'background.threads': threads,
  'log.cleanup.policy': fc.constantFrom('delete', 'compact, delete'),
  'log.retention.hours': fc.integer({ min: -1, max: 9 }).map(String),
  'log.retention.ms': fc.integer({ min: 1, max: 9 }).map((hours) => String(hours * 3_600_000)),
  'message.max.bytes': fc.integer({ min: 0, max: 3 }).map(String),
  'num.io.threads': threads,
};
const NAMES = Object.keys(value);
type Settings = Readonly<Record<string, string>>;

const config = fc.record(value, { requiredKeys: [] }).map((settings) => settings as Settings);

function wantedOf(settings: Settings): DesiredSettings {
  const names = [...NAMES, 'log.retention.minutes'];
  return toDynamicUnits(Object.fromEntries(names.map((name) => [name, settings[name] ?? null])));
}

/** Repeats plans until there are no changes. */
function settle(broker: BrokerModel, wanted: DesiredSettings): number {
  for (let round = 0; ; round++) {
    const { changes } = planBroker(wanted, brokerSettings(broker.describe()));
    if (changes.length === 0 || round > ROUNDS) {
      return round;
    }
    const alterations = changes.flatMap(({ name, value: set }) => [
      { name, value: set },
      { name: managedMarker(name), value: set && 'set' },
    ]);
    expect(broker.alter(broker.own, alterations)).toBeUndefined();
  }
}

/** Values of a broker that has just started with these settings, in a cluster without dynamic settings. */
function freshly(settings: Settings): Record<string, string | undefined> {
  const broker = new BrokerModel(settings);
  return Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, broker.effective(name)]));
}

function expectLike(broker: BrokerModel, settings: Settings): void {
  for (const [name, expected] of Object.entries(freshly(settings))) {
    const now = broker.effective(name);
    expect([name, isSameValue(now, expected) ? expected : now]).toEqual([name, expected]);
  }
}

const happenings = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('applied' as const), settings: config }),
    fc.record({ kind: fc.constant('applied while away' as const), settings: config }),
    fc.record({ kind: fc.constant('restarted' as const) }),
  ),
  { maxLength: 8 },
);

test('after any sequence of changes and restarts, a broker has the values of a fresh start', () => {
  fc.assert(
    fc.property(config, happenings, (first, events) => {
      const broker = new BrokerModel(first);
      let settings = first;
      for (const event of events) {
        if (event.kind !== 'restarted') {
          ({ settings } = event);
        }
        if (event.kind !== 'applied') {
          broker.restart(settings);
        }
        expect(settle(broker, wantedOf(settings))).toBeLessThanOrEqual(ROUNDS);
        expectLike(broker, settings);
        // Dynamic values exist only for differences, so after the next start none is left.
        if (event.kind !== 'applied') {
          expect([...broker.own]).toEqual([]);
        }
      }
    }),
  );
});

test('no changes are planned if all values are as desired', () => {
  fc.assert(
    fc.property(config, config, (file, settings) => {
      const broker = new BrokerModel(file);
      settle(broker, wantedOf(settings));
      const plan = planBroker(wantedOf(settings), brokerSettings(broker.describe()));

      expect(plan).toEqual({ changes: [], pending: [] });
    }),
  );
});

test('dynamic values of settings that are not managed stay', () => {
  const people = fc
    .record({ ...value, [FOREIGN]: fc.constant('1000') }, { requiredKeys: [FOREIGN] })
    .map((settings) => settings as Settings);
  fc.assert(
    fc.property(config, config, people, (file, settings, set) => {
      const broker = new BrokerModel(file);
      const theirs = Object.entries(set).filter(
        ([name]) => name in DEFAULTS && !(name in file) && !(name in settings) && name !== 'log.retention.ms',
      );
      theirs.forEach(([name, own]) => broker.own.set(name, own));
      settle(broker, wantedOf(settings));

      expect(theirs.filter(([name, own]) => broker.own.get(name) !== own)).toEqual([]);
    }),
  );
});

test('the ConfigMap precedes a cluster-wide dynamic value, which applies to settings that are not defined', () => {
  fc.assert(
    fc.property(config, config, config, (file, settings, cluster) => {
      const broker = new BrokerModel(file);
      Object.entries(cluster)
        .filter(([name]) => name in DEFAULTS)
        .forEach(([name, set]) => broker.cluster.set(name, set));
      settle(broker, wantedOf(settings));

      for (const [name, wanted] of Object.entries(wantedOf(settings))) {
        if (name in DEFAULTS) {
          const expected = wanted ?? broker.cluster.get(name) ?? freshly({})[name];
          expect([name, inMilliseconds(name, broker.effective(name)!).replace(/,\s*/, ',')]).toEqual([
            name,
            expected!.replace(/,\s*/, ','),
          ]);
        }
      }
    }),
  );
});
