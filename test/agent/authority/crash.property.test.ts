/* The real loop with an API server in memory, killed repeatedly. */
import fc from 'fast-check';
import { ROTATION_ANNOTATIONS } from '../../../lib/seam/agent-config';
import { Killed } from '../kubernetes/object-store';
import { World, pkiConfig } from './world';

afterEach(() => jest.restoreAllMocks());

/** Each run is a complete rotation with real certificates. Set PROPERTY_RUNS for more. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 10);
const kill = fc.record({ writes: fc.nat(8), afterWrite: fc.boolean() });
/** Servers that reload their Secrets between two rounds. */
const reloads = fc.infiniteStream(fc.option(fc.constantFrom('events-1001', 'events-1002', 'events-1003')));

/** Reconciles until a condition is met, and kills the process as planned. */
async function reconcileWithKills(
  world: World,
  kills: { writes: number; afterWrite: boolean }[],
  between: () => void,
  done: () => boolean,
): Promise<void> {
  const [next] = kills;
  if (next) {
    world.store.killAfter(next.writes, next.afterWrite);
  }
  for (let round = 0; !done(); round++) {
    if (round > 3_000) throw new Error(`the rotation does not finish: ${world.status()}`);
    try {
      await world.round();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      kills.shift();
      world.restart();
      if (kills[0]) world.store.killAfter(kills[0].writes, kills[0].afterWrite);
    }
    world.rollOut();
    expect(world.trustFailures()).toEqual([]);
    between();
    expect(world.trustFailures()).toEqual([]);
  }
}

test.each([
  ['reloads', pkiConfig()],
  [
    'rollouts',
    pkiConfig({ name: 'metadata', restartedStatefulSets: ['events-1001', 'events-1002', 'events-1003'] }),
  ],
  [
    'reloads of servers and rollouts of clients',
    pkiConfig({ name: 'metadata', restartedStatefulSets: ['map-1', 'map-2'] }),
  ],
])(
  'a rotation with %s finishes, regardless of kills',
  async (_, config) => {
    await fc.assert(
      fc.asyncProperty(fc.array(kill, { maxLength: 12 }), reloads, async (kills, hosts) => {
        // GIVEN
        const world = new World(config);
        const plan = kills.map((one) => ({ ...one }));
        const none = () => undefined;
        await reconcileWithKills(
          world,
          plan.splice(0, 3),
          none,
          () => world.published.at(-1)?.outdatedSecrets.length === 0,
        );
        world.startServers();

        // WHEN
        world.annotate({
          [ROTATION_ANNOTATIONS.rotate]: 'jane: a test',
          [ROTATION_ANNOTATIONS.rotateMetadata]: 'jane: a test',
        });
        const before = world.state().issuingCa;
        const reload = () => {
          const { value: host } = hosts.next();
          if (host) world.reload(host);
        };
        await reconcileWithKills(
          world,
          plan,
          reload,
          () => world.state().issuingCa > before && world.state().phase === 'stable',
        );

        // THEN
        expect(world.state().issuingCa).toBe(before + 1);
        expect(world.state().cas).toHaveLength(1);
        await world.until(() => world.published.at(-1)?.outdatedSecrets.length === 0);
        jest.restoreAllMocks();
      }),
      { numRuns: RUNS },
    );
  },
  120_000,
);

test('two authorities that run by mistake do not corrupt the state', async () => {
  await fc.assert(
    fc.asyncProperty(reloads, fc.infiniteStream(fc.boolean()), async (hosts, choices) => {
      // GIVEN
      const first = new World(pkiConfig());
      await first.until(() => first.published.at(-1)?.outdatedSecrets.length === 0);
      first.startServers();
      const second = first.secondProcess();
      first.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });

      // WHEN
      for (let round = 0; !(first.state().issuingCa > 1 && first.state().phase === 'stable'); round++) {
        expect(round).toBeLessThan(3_000);
        await (choices.next().value ? first.round() : second.round());
        const { value: host } = hosts.next();
        if (host) first.reload(host);

        // THEN
        expect(first.trustFailures()).toEqual([]);
      }
      expect(first.state().issuingCa).toBe(2);
      jest.restoreAllMocks();
    }),
    { numRuns: RUNS },
  );
}, 60_000);
