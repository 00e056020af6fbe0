/* Changes that require a restart, and changes that ZooKeeper can reload. */
import { HOST, ReconcilerWorld, NAMES, only } from './reconciler-world';
import { Issued } from './test-authority';

let world: ReconcilerWorld;

beforeEach(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  world = await ReconcilerWorld.create();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await world.end();
});

test('a restart is recommended if it is unknown which files Kafka has read', async () => {
  // GIVEN files that a previous agent replaced while Kafka started
  await world.stores(world.issued.rotated, world.issued.newCa);
  await world.source(world.issued.rotated, world.issued.newCa);
  // WHEN
  await world.reconciler.reconcile();
  // THEN
  expect(await world.metric('restart_pending')).toBe(1);
  expect(world.messages).toEqual([
    expect.stringMatching(
      /; Kafka may use older certificates that it cannot replace without a restart; if the next attempt fails, restart the pod$/,
    ),
  ]);
});

describe('ZooKeeper', () => {
  beforeEach(async () => {
    world.kafka.validatesReloads = false;
    world.createReconciler(true, 'ZooKeeper');
    await world.reconciler.reconcile();
  });

  test.each<[string, () => Promise<Issued>]>([
    ['another subject', () => world.issued.oldCa.issue({ ...NAMES, commonName: 'others' })],
    ['fewer names', () => world.issued.oldCa.issue({ dnsNames: [HOST] })],
  ])('reloads a certificate with %s', async (_, issue) => {
    const other = await issue();
    await world.source(other, world.issued.oldCa);
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(other, world.issued.oldCa));
    expect(await world.metric('restart_pending')).toBe(0);
  });

  test('changes to another CA through a bundle of both', async () => {
    const { oldCa, newCa, first, rotated } = world.issued;
    await world.source(first, oldCa, newCa);
    await world.reconciler.reconcile();
    expect(world.events).toEqual(['Normal TrustedCasReplaced']);
    await world.source(rotated, oldCa, newCa);
    await world.reconciler.reconcile();
    await world.source(rotated, newCa);
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(rotated, newCa));
    expect(await world.metric('reload_failures_total')).toBe(0);
  });

  test('does not change to another CA in one step, because its clients could not reconnect', async () => {
    const { oldCa, newCa, first, rotated } = world.issued;
    await world.source(rotated, newCa);
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(first, oldCa));
    expect(await world.metric('restart_pending')).toBe(1);
    expect(world.messages).toEqual([
      "certificates 'cluster' are not replaced: they have no trusted CA in common with the certificates that ZooKeeper and " +
        'its clients use; restart the pod',
    ]);
  });

  test('gets its previous files back if only one of its listeners reloads', async () => {
    const { oldCa, first, renewed } = world.issued;
    await world.openOther();
    world.createReconciler(true, 'ZooKeeper');
    await world.reconciler.reconcile();
    world.other!.reaction = 'ignores';
    await world.source(renewed, oldCa);
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(first, oldCa));
    expect(world.messages).toEqual([
      expect.stringMatching(/^ZooKeeper does not use .*: listener ELECTION: it serves another certificate; /),
    ]);
  });

  test('keeps its files and requires a restart if it is too old to reload', async () => {
    world.kafka.reaction = 'ignores';
    await world.source(world.issued.renewed, world.issued.oldCa);
    await world.reconciler.reconcile();
    expect(await world.files()).toEqual(only(world.issued.first, world.issued.oldCa));
    expect(await world.metric('restart_pending')).toBe(1);
    expect(world.messages).toEqual([
      expect.stringMatching(/^ZooKeeper does not use .* since 3\.9\.0; .*, restart the pod$/),
    ]);
  });
});
