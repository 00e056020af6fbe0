/* Stop Leases of other maps that prevent a stop, from an API server. */
import { OtherStopLeases, otherStatefulSetsOf } from '../../../agent/restart/other-stop-leases';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const OWN = {
  statefulSet: 'events-m',
  headlessServiceHost: 'events-brokers.ns.svc.cluster.local',
  brokerIds: { first: 1, last: 9 },
};
const ASKING = { namespace: 'ns', statefulSet: 'events-m', me: { name: 'events-m-1', uid: '1' } };
const hosts = (...pods: string[]) =>
  new Map(pods.map((pod) => [Number(/-(\d+)$/.exec(pod)?.[1]), `${pod}.${OWN.headlessServiceHost}`]));

describe('other StatefulSets with replicas of the same partitions', () => {
  const alive = hosts('events-a-11', 'events-z-20', 'events-m-2');

  test('are returned with the ids of their brokers', () => {
    expect(otherStatefulSetsOf({ ids: [2, 10, 20], liveHosts: alive }, OWN)).toEqual({
      statefulSets: ['events-a', 'events-z'],
      ids: new Set([10, 20]),
      aliveIds: new Set([11, 20, 2]),
    });
  });

  test('are limited to those of live brokers if each of the brokers is alive', () => {
    expect(otherStatefulSetsOf({ ids: [2, 20], liveHosts: alive }, OWN)?.statefulSets).toEqual(['events-z']);
  });

  test('do not include its own map', () => {
    expect(otherStatefulSetsOf({ ids: [2, 3], liveHosts: alive }, OWN)).toBeUndefined();
  });

  test.each([
    'old-7.example.com',
    'events-a-10.other.ns.svc.cluster.local',
    `events.${OWN.headlessServiceHost}`,
  ])('do not include %s, which is not in this namespace', (host) =>
    expect(otherStatefulSetsOf({ ids: [10], liveHosts: new Map([[10, host]]) }, OWN)).toBeUndefined(),
  );
});

describe('the Lease of another map', () => {
  let api: ApiServer;
  let store: ObjectStore;

  beforeEach(async () => {
    api = await ApiServer.start();
    store = new ObjectStore();
    api.serves(store);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    return api.dispose();
  });

  function lease(statefulSet: string, holder?: string): void {
    const name = `${statefulSet}-stop`;
    store.objects.set(`/apis/coordination.k8s.io/v1/namespaces/ns/leases/${name}`, {
      metadata: { name, resourceVersion: '1' },
      spec: holder && {
        holderIdentity: `${holder}/uid`,
        renewTime: new Date().toISOString(),
        leaseDurationSeconds: 900,
      },
    });
  }

  const conflictAmong = (...ids: number[]) =>
    new OtherStopLeases(ASKING).findConflict(
      otherStatefulSetsOf(
        { ids, liveHosts: hosts('events-a-11', ...(ids.includes(20) ? ['events-z-21'] : [])) },
        OWN,
      )!,
    );

  test('prevents the stop if its holder has replicas of the same partitions, even if it is down', async () => {
    lease('events-a', 'events-a-10');
    await expect(conflictAmong(10)).resolves.toMatchObject({
      kind: 'held by another',
      holder: 'events-a-10',
      hasPriority: true,
    });
  });

  test('is ignored if its holder has other partitions', async () => {
    lease('events-a', 'events-a-12');
    await expect(conflictAmong(10)).resolves.toBeUndefined();
  });

  test('is ignored if it has no holder', async () => {
    lease('events-a');
    await expect(conflictAmong(10)).resolves.toBeUndefined();
  });

  test('with priority over this server decides, if there are several', async () => {
    lease('events-z', 'events-z-20');
    lease('events-a', 'events-a-10');
    await expect(conflictAmong(20, 10)).resolves.toMatchObject({
      holder: 'events-a-10',
      hasPriority: true,
    });
    lease('events-a');
    await expect(conflictAmong(20)).resolves.toMatchObject({ holder: 'events-z-20', hasPriority: false });
  });

  test('is ignored after three minutes without a renewal if its holder is not alive', async () => {
    // GIVEN
    lease('events-a', 'events-a-10');
    const leases = new OtherStopLeases(ASKING);
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const others = (...alive: string[]) =>
      otherStatefulSetsOf({ ids: [10], liveHosts: hosts(...alive) }, OWN)!;
    await leases.findConflict(others('events-a-11'));

    // WHEN
    now.mockReturnValue(180_000);

    // THEN
    await expect(leases.findConflict(others('events-a-11'))).resolves.toBeUndefined();
    await expect(leases.findConflict(others('events-a-10'))).resolves.toMatchObject({
      holder: 'events-a-10',
    });
  });

  test('is ignored if it does not exist, as that of a map whose servers have not stopped yet', async () => {
    await expect(conflictAmong(10)).resolves.toBeUndefined();
  });

  test('has an unknown holder if the agent is not authorized to read it', async () => {
    api.answers(403, { message: 'leases is forbidden' });
    await expect(conflictAmong(10)).resolves.toEqual({
      kind: 'unknown',
      reason: expect.stringContaining('leases is forbidden'),
    });
  });
});
