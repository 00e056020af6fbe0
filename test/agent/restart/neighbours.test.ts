/* Which Leases of other maps count, as the API server has them. */
import { findConflictingLease, otherStatefulSetsOf } from '../../../agent/restart/other-stop-leases';
import { ApiServer } from '../kubernetes/api-server';
import { ObjectStore } from '../kubernetes/object-store';

const OWN = {
  statefulSet: 'events-m',
  serviceHost: 'events-brokers.ns.svc.cluster.local',
  brokerIds: { first: 1, last: 9 },
};
const ASKING = { namespace: 'ns', statefulSet: 'events-m', me: { name: 'events-m-1', uid: '1' } };
const hosts = (...pods: string[]) =>
  new Map(pods.map((pod) => [Number(/-(\d+)$/.exec(pod)?.[1]), `${pod}.${OWN.serviceHost}`]));

describe('the neighbours of a broker', () => {
  const alive = hosts('events-a-11', 'events-z-20', 'events-m-2');

  test('are the other StatefulSets, and the ids that are not of its own', () => {
    expect(otherStatefulSetsOf({ ids: [2, 10, 20], liveHosts: alive }, OWN)).toEqual({
      statefulSets: ['events-a', 'events-z'],
      ids: new Set([10, 20]),
    });
  });

  test('are only those StatefulSets that hold the same data, where each of the others is alive', () => {
    expect(otherStatefulSetsOf({ ids: [2, 20], liveHosts: alive }, OWN)?.statefulSets).toEqual(['events-z']);
  });

  test('are none when only brokers of its own map have the same data', () => {
    expect(otherStatefulSetsOf({ ids: [2, 3], liveHosts: alive }, OWN)).toBeUndefined();
  });

  test.each(['old-7.example.com', 'events-a-10.other.ns.svc.cluster.local', `events.${OWN.serviceHost}`])(
    'do not include %s, which is none of ours',
    (host) => expect(otherStatefulSetsOf({ ids: [10], liveHosts: new Map([[10, host]]) }, OWN)).toBeUndefined(),
  );
});

describe('the turn of another map', () => {
  let api: ApiServer;
  let store: ObjectStore;

  beforeEach(async () => {
    api = await ApiServer.start();
    store = new ObjectStore();
    api.serves(store);
  });
  afterEach(() => api.dispose());

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

  const turnAmong = (...ids: number[]) =>
    findConflictingLease(
      otherStatefulSetsOf(
        { ids, liveHosts: hosts('events-a-11', ...(ids.includes(20) ? ['events-z-21'] : [])) },
        OWN,
      )!,
      ASKING,
    );

  test('counts when its server has the same partitions, although it is down by now', async () => {
    lease('events-a', 'events-a-10');
    await expect(turnAmong(10)).resolves.toMatchObject({
      kind: 'taken',
      by: 'events-a-10',
      isBefore: true,
    });
  });

  test('does not count when another server of that map goes', async () => {
    lease('events-a', 'events-a-12');
    await expect(turnAmong(10)).resolves.toBeUndefined();
  });

  test('does not count when it is nobody’s', async () => {
    lease('events-a');
    await expect(turnAmong(10)).resolves.toBeUndefined();
  });

  test('of two that go, the one that goes before this server says what happens', async () => {
    lease('events-z', 'events-z-20');
    lease('events-a', 'events-a-10');
    await expect(turnAmong(20, 10)).resolves.toMatchObject({
      by: 'events-a-10',
      isBefore: true,
    });
    lease('events-a');
    await expect(turnAmong(20)).resolves.toMatchObject({ by: 'events-z-20', isBefore: false });
  });

  test('is unknown when its Lease is missing', async () => {
    await expect(turnAmong(10)).resolves.toEqual({
      kind: 'unknown',
      reason: expect.stringContaining("Lease 'events-a-stop' does not exist"),
    });
  });
});
