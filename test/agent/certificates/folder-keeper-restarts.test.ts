/* What only a restart takes over, and what ZooKeeper takes over all the same. */
import { HOST, KeeperWorld, NAMES, only } from './keeper-world';
import { Issued } from './test-authority';

let world: KeeperWorld;

beforeEach(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  world = await KeeperWorld.create();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await world.end();
});

test('who does not know what was read before says that a restart brings the new ones', async () => {
  // GIVEN files that were replaced while Kafka started, by an agent that is no more
  await world.stores(world.issued.rotated, world.issued.newCa);
  await world.source(world.issued.rotated, world.issued.newCa);
  // WHEN
  await world.keeper.reconcile();
  // THEN
  expect(await world.metric('restart_pending')).toBe(1);
  expect(world.said).toEqual([
    expect.stringMatching(
      /; Kafka may have older ones, and no way from there to these: if the next try fails, restart the pod$/,
    ),
  ]);
});

describe('ZooKeeper', () => {
  beforeEach(async () => {
    world.kafka.isPicky = false;
    world.keeperOf(true, 'ZooKeeper');
    await world.keeper.reconcile();
  });

  test.each<[string, () => Promise<Issued>]>([
    ['another subject', () => world.issued.oldCa.issue({ ...NAMES, commonName: 'others' })],
    ['fewer names', () => world.issued.oldCa.issue({ dnsNames: [HOST] })],
  ])('takes a certificate with %s over', async (_, issue) => {
    const other = await issue();
    await world.source(other, world.issued.oldCa);
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(other, world.issued.oldCa));
    expect(await world.metric('restart_pending')).toBe(0);
  });

  test('goes over to another authority by way of both', async () => {
    const { oldCa, newCa, first, rotated } = world.issued;
    await world.source(first, oldCa, newCa);
    await world.keeper.reconcile();
    expect(world.events).toEqual(['Normal AuthoritiesReplaced']);
    await world.source(rotated, oldCa, newCa);
    await world.keeper.reconcile();
    await world.source(rotated, newCa);
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(rotated, newCa));
    expect(await world.metric('reload_failures_total')).toBe(0);
  });

  test('is not given another authority all at once: its clients could never come back', async () => {
    const { oldCa, newCa, first, rotated } = world.issued;
    await world.source(rotated, newCa);
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(first, oldCa));
    expect(await world.metric('restart_pending')).toBe(1);
    expect(world.said).toEqual([
      "certificates 'cluster' are left as they are: it has no authority in common with what ZooKeeper and its clients trust " +
        'now; restart the pod',
    ]);
  });

  test('whose one port takes them over and the other does not gets back what it had', async () => {
    const { oldCa, first, renewed } = world.issued;
    await world.openOther();
    world.keeperOf(true, 'ZooKeeper');
    await world.keeper.reconcile();
    world.other!.manner = 'lies';
    await world.source(renewed, oldCa);
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(first, oldCa));
    expect(world.said).toEqual([
      expect.stringMatching(/^ZooKeeper has not .*: listener ELECTION: it serves another certificate; /),
    ]);
  });

  test('that is too old for it keeps what it has, and a restart is said to be the way', async () => {
    world.kafka.manner = 'lies';
    await world.source(world.issued.renewed, world.issued.oldCa);
    await world.keeper.reconcile();
    expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
    expect(await world.metric('restart_pending')).toBe(1);
    expect(world.said).toEqual([
      expect.stringMatching(/^ZooKeeper has not .* since 3\.9\.0; .*, restart the pod$/),
    ]);
  });
});
