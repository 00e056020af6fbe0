/*
 * Many agents in virtual time, against an API server and a Kafka cluster that are simulated. At most one broker with replicas of
 * the same partition is away at a time, except for stops that could not wait any longer.
 *
 * SIMULATION_SEEDS=500 npx jest simulation   # a longer run; the default is a few seconds
 */
import { log } from '../../../../agent/runtime/log';
import { MapOptions, SimulatedMap } from './simulated-map';
import { Random } from './random';

const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 6);
/** Large maps take longer. */
const LARGE_SEEDS = Math.ceil(SEEDS / 10);
const FIRST_SEED = Number(process.env.SIMULATION_FIRST_SEED ?? 1);
/** Numbers of brokers. Large maps take minutes, so only the longer run has them. */
const COUNTS = [6, 9, 12, 15, ...(process.env.SIMULATION_SEEDS ? [30, 60, 150] : [])];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

beforeEach(() => {
  (['info', 'warn', 'error'] as const).forEach((level) =>
    jest.spyOn(log, level).mockImplementation(() => undefined),
  );
});
afterEach(() => jest.restoreAllMocks());

type Options = Omit<MapOptions, 'seed'>;

/** Simulates one map, and expects that its brokers return and that none stopped too early. */
async function simulate(
  options: MapOptions,
  begin: (map: SimulatedMap) => void,
  limitMs = 3 * HOUR,
): Promise<SimulatedMap> {
  const map = new SimulatedMap(options);
  begin(map);
  const isSettled = await map.time.runUntil(() => map.isSettled, limitMs);
  expect({ ...options, doubleStops: map.doubleStops, isSettled }).toEqual({
    ...options,
    doubleStops: [],
    isSettled: true,
  });
  return map;
}

/** Deletes random pods in waves: some at the same moment, some one after another. */
function deleteInWaves(map: SimulatedMap): void {
  const { random, kafka } = map;
  for (let wave = random.integer(1, 3); wave > 0; wave--) {
    const at = random.between(1_000, 250_000);
    const spread = random.isTrue(0.6) ? 0 : 60_000;
    const share = random.pick([0.3, 0.5, 1]);
    kafka.brokers
      .filter(() => random.isTrue(share))
      .forEach(({ id }) => map.deleteAfter(at + random.between(0, spread), id));
  }
}

function deleteAll(map: SimulatedMap): void {
  map.kafka.brokers.forEach(({ id }) => map.deleteAfter(0, id));
}

async function eachSeed(
  optionsOf: (random: Random) => Options,
  begin: (map: SimulatedMap) => void,
): Promise<SimulatedMap[]> {
  const maps: SimulatedMap[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    maps.push(await simulate({ seed, ...optionsOf(new Random(seed)) }, begin));
  }
  return maps;
}

const anyMap = (random: Random): Options => ({
  count: random.pick(COUNTS),
  isRackAware: random.isTrue(0.5),
});
/** Prints the stops that did not wait any longer. */
function report(title: string, { stops, forcedStops, maxAway }: SimulatedMap): void {
  if (process.env.SIMULATION_SEEDS) {
    console.log(
      `${title}: ${forcedStops} of ${stops} stops did not wait any longer; at most ${maxAway} brokers away`,
    );
  }
}

/** Maps whose brokers can all stop before the timeout: by zone, or one after another. */
const withTime = (maps: readonly SimulatedMap[]) =>
  maps.filter(({ isRackAware, kafka }) => isRackAware || kafka.brokers.length <= 15);
const forced = (maps: readonly SimulatedMap[]) => maps.reduce((sum, { forcedStops }) => sum + forcedStops, 0);

test('waves of deletions', async () => {
  const maps = await eachSeed(anyMap, deleteInWaves);
  expect(forced(withTime(maps))).toBe(0);
});

test('waves of deletions while no agent reaches the API server', async () => {
  const maps = await eachSeed((random) => {
    const from = random.between(0, 300_000);
    const outage = { from, to: from + random.between(10_000, 600_000), hangs: random.isTrue(0.5) };
    return { ...anyMap(random), outages: [outage] };
  }, deleteInWaves);
  // After an outage of ten minutes, the rest of the timeout can be too short for the last brokers of a large map.
  withTime(maps).forEach(({ forcedStops, kafka }) =>
    expect(forcedStops).toBeLessThanOrEqual(kafka.brokers.length <= 15 ? 0 : kafka.brokers.length / 20),
  );
});

test('waves of deletions while some agents do not reach the API server', async () => {
  const maps = await eachSeed((random) => {
    const options = anyMap(random);
    const from = random.between(0, 100_000);
    const brokers = Array.from({ length: options.count }, (_, id) => id).filter(() => random.isTrue(0.3));
    return { ...options, outages: [{ from, to: from + 900_000, hangs: random.isTrue(0.5), brokers }] };
  }, deleteInWaves);
  expect(forced(maps.filter(({ isRackAware }) => isRackAware))).toBe(0);
  // If replicas share zones, hardly two brokers can stop together, so the outage can take the whole preStop timeout of some.
  maps.forEach(({ forcedStops, kafka }) => expect(forcedStops).toBeLessThanOrEqual(kafka.brokers.length / 3));
});

test.each([6, 30, 60, 150])(
  'all pods of a map of %d brokers in three zones are deleted at once',
  async (count) => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + LARGE_SEEDS; seed++) {
      const map = await simulate({ seed: count * seed, count, isRackAware: true }, deleteAll);
      expect([map.stops, map.forcedStops]).toEqual([count, 0]);
      report(`all pods of ${count}`, map);
    }
  },
);

test('all pods of a map are deleted while one broker is away', async () => {
  const map = await simulate({ seed: 1, count: 30, isRackAware: true }, (begun) => {
    begun.hold(0, 2 * HOUR);
    deleteAll(begun);
  });
  report('all pods of 30, one broker away', map);
  expect(map.forcedStops).toBeLessThanOrEqual(15);
  // A zone, and the broker that does not return.
  expect(map.maxAway).toBeLessThanOrEqual(11);
});

describe.each([9, 30])('a rollout of %d brokers', (count) => {
  test('restarts one after another', async () => {
    const map = await simulate({ seed: count, count, isRackAware: true }, (begun) => begun.rollOut());
    expect([map.stops, map.forcedStops]).toEqual([count, 0]);
  });

  test('pauses after one broker while a broker that others need does not return', async () => {
    const map = await simulate(
      { seed: count, count, isRackAware: true },
      (begun) => {
        begun.hold(1, 6 * HOUR);
        begun.rollOut();
      },
      12 * HOUR,
    );
    report(`rollout of ${count}, one broker away`, map);
    expect(map.forcedStops).toBeLessThanOrEqual(1);
  });
});
