/* Lost servers, and facts about them. */
import { BrokersFacts, RecoveryFacts } from '../../../agent/recovery/decide-recovery';
import { LostServer } from '../../../agent/recovery/lost-server';
import { partition } from '../views';

/** A lost broker of the map `streams`. */
export function lostBroker(id: number, change: Partial<LostServer> = {}): LostServer {
  const name = `events-streams-${id}`;
  return {
    kind: 'broker',
    id,
    statefulSet: 'events-streams',
    pod: { name, uid: `pod-${id}` },
    claims: [{ name: `data-0-${name}`, uid: `claim-${id}`, volume: `local-${id}` }],
    node: `node-${id}`,
    nodeState: 'deleted',
    zone: 'a',
    ...change,
  };
}

/** A lost controller. */
export function lostController(id: number, change: Partial<LostServer> = {}): LostServer {
  const name = `events-controllers-${id}`;
  return lostBroker(id, {
    kind: 'controller',
    statefulSet: 'events-controllers',
    pod: { name, uid: `pod-c${id}` },
    claims: [{ name: `data-0-${name}`, uid: `claim-c${id}`, volume: `local-c${id}` }],
    ...change,
  });
}

/** Facts in which every lost server may be freed. */
export function facts(lost: readonly LostServer[], change: Partial<RecoveryFacts> = {}): RecoveryFacts {
  return {
    limits: { nodeGoneSeconds: 300, maxNodes: 2 },
    lost,
    goneSeconds: new Map(lost.map(({ node }) => [node, 300])),
    notInSync: [],
    acceptedNodes: new Set(),
    brokers: brokersFacts(lost),
    answers: new Map(lost.map(({ pod }) => [pod.name, { mayStart: true, reason: 'others have all data' }])),
    ...change,
  };
}

/** Facts about brokers of which all but the lost ones are in sync. */
export function brokersFacts(lost: readonly LostServer[]): BrokersFacts {
  const ids = lost.filter(({ kind }) => kind === 'broker').map(({ id }) => id);
  const isr = (...replicas: number[]) => replicas.filter((id) => !ids.includes(id));
  return {
    partitions: [
      partition('pay', 0, [1001, 1005, 1006], isr(1001, 1005, 1006)),
      partition('pay', 1, [1004, 1005, 1006], isr(1004, 1005, 1006)),
    ],
    adding: new Map(),
    minInSyncReplicas: new Map([['pay', 2]]),
    fencedSeconds: new Map(ids.map((id) => [id, 300])),
  };
}
