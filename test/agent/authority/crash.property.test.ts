/* The real loop against an API server in memory, killed again and again. */
import fc from 'fast-check';
import { ROTATION_ANNOTATIONS } from '../../../lib/seam/agent-config';
import { Killed } from '../kubernetes/object-store';
import { World, pkiConfig } from './world';

afterEach(() => jest.restoreAllMocks());

/** Each run is a whole rotation with real certificates; more by hand. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 10);
const kill = fc.record({ writes: fc.nat(8), afterWrite: fc.boolean() });
/** What happens between two rounds: servers that take their Secrets over, or nothing. */
const reloads = fc.infiniteStream(fc.option(fc.constantFrom('events-1001', 'events-1002', 'events-1003')));

/** Runs rounds until something is so, and dies on the way as often as is planned. */
async function survive(
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
    if (round > 3_000) throw new Error(`no end: ${world.status()}`);
    try {
      await world.round();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      kills.shift();
      world.restart();
      if (kills[0]) world.store.killAfter(kills[0].writes, kills[0].afterWrite);
    }
    world.rollOut();
    expect(world.refusals()).toEqual([]);
    between();
    expect(world.refusals()).toEqual([]);
  }
}

test.each([
  ['while servers run', pkiConfig()],
  ['by restarts', pkiConfig({ name: 'metadata', restartedStatefulSets: ['events-1001', 'events-1002', 'events-1003'] })],
  [
    'while servers run, and by restarts of their clients',
    pkiConfig({ name: 'metadata', restartedStatefulSets: ['map-1', 'map-2'] }),
  ],
])(
  'a rotation that takes over %s comes to its end, however often it is killed',
  async (_, config) => {
    await fc.assert(
      fc.asyncProperty(fc.array(kill, { maxLength: 12 }), reloads, async (kills, hosts) => {
        // GIVEN
        const world = new World(config);
        const plan = kills.map((one) => ({ ...one }));
        const none = () => undefined;
        await survive(world, plan.splice(0, 3), none, () => world.published.at(-1)?.outdatedSecrets.length === 0);
        world.startServers();

        // WHEN
        world.annotate({
          [ROTATION_ANNOTATIONS.rotate]: 'jane: a test',
          [ROTATION_ANNOTATIONS.rotateMetadata]: 'jane: a test',
        });
        const before = world.state().issuing;
        const reload = () => {
          const { value: host } = hosts.next();
          if (host) world.reload(host);
        };
        await survive(
          world,
          plan,
          reload,
          () => world.state().issuing > before && world.state().phase === 'stable',
        );

        // THEN
        expect(world.state().issuing).toBe(before + 1);
        expect(world.state().cas).toHaveLength(1);
        await world.until(() => world.published.at(-1)?.outdatedSecrets.length === 0);
        jest.restoreAllMocks();
      }),
      { numRuns: RUNS },
    );
  },
  120_000,
);

test('two authorities that run by mistake do not mix theirs', async () => {
  await fc.assert(
    fc.asyncProperty(reloads, fc.infiniteStream(fc.boolean()), async (hosts, turns) => {
      // GIVEN
      const first = new World(pkiConfig());
      await first.until(() => first.published.at(-1)?.outdatedSecrets.length === 0);
      first.startServers();
      const second = first.twin();
      first.annotate({ [ROTATION_ANNOTATIONS.rotate]: 'jane: a test' });

      // WHEN
      for (let round = 0; !(first.state().issuing > 1 && first.state().phase === 'stable'); round++) {
        expect(round).toBeLessThan(3_000);
        await (turns.next().value ? first.round() : second.round());
        const { value: host } = hosts.next();
        if (host) first.reload(host);

        // THEN
        expect(first.refusals()).toEqual([]);
      }
      expect(first.state().issuing).toBe(2);
      jest.restoreAllMocks();
    }),
    { numRuns: RUNS },
  );
}, 60_000);
