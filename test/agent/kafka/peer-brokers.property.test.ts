import fc from 'fast-check';
import { BrokerView } from '../../../agent/kafka/cluster-view';
import { KafkaSession } from '../../../agent/kafka/connection';
import { PeerOrder, askPeers, choosePeers, controllerOr } from '../../../agent/kafka/peer-brokers';
import { clusterOf } from '../views';

const SELF = 3;

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 9 });
const limit = fc.integer({ min: 1, max: 12 });
const order: fc.Arbitrary<PeerOrder> = fc.oneof(
  fc.nat().map((offset) => ({ kind: 'rotating' as const, offset })),
  fc.constant({ kind: 'controller-first' as const }),
);
const view = (brokers: number[], controllerId = -1) => ({ ...clusterOf({ brokers }), controllerId });
const idsOf = (peers: readonly BrokerView[]) => peers.map(({ id }) => id);

afterEach(() => jest.restoreAllMocks());

describe('choosePeers', () => {
  test('never chooses the broker itself, an unknown broker, or a broker twice', () => {
    fc.assert(
      fc.property(ids, order, limit, (brokers, by, most) => {
        const chosen = idsOf(choosePeers(view(brokers), SELF, by, most));
        expect(chosen).not.toContain(SELF);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen.every((id) => brokers.includes(id))).toBe(true);
      }),
    );
  });

  test('chooses all peers, or as many as the limit allows', () => {
    fc.assert(
      fc.property(ids, order, limit, (brokers, by, most) => {
        const others = brokers.filter((id) => id !== SELF).length;
        expect(choosePeers(view(brokers), SELF, by, most)).toHaveLength(Math.min(most, others));
      }),
    );
  });

  test('does not depend on the order of the metadata', () => {
    fc.assert(
      fc.property(ids, order, limit, (brokers, by, most) => {
        const reversed = choosePeers(view([...brokers].reverse()), SELF, by, most);
        expect(idsOf(reversed)).toEqual(idsOf(choosePeers(view(brokers), SELF, by, most)));
      }),
    );
  });

  test('a rotation asks each peer first once, by id', () => {
    fc.assert(
      fc.property(ids, fc.nat(1_000), (brokers, start) => {
        const others = brokers.filter((id) => id !== SELF).sort((a, b) => a - b);
        const first = others.map(
          (_, index) =>
            choosePeers(view(brokers), SELF, { kind: 'rotating', offset: start + index }, 1)[0].id,
        );
        expect([...first].sort((a, b) => a - b)).toEqual(others);
      }),
    );
  });

  test('with a common offset, each broker is asked first by one other broker', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(5_000), { minLength: 2, maxLength: 300 }),
        fc.nat(1_000),
        (all, offset) => {
          const first = all.map(
            (self) => choosePeers(view(all), self, { kind: 'rotating', offset }, 1)[0].id,
          );
          expect(new Set(first).size).toBe(all.length);
        },
      ),
    );
  });

  test('the controller comes first, then the others by id, starting with the next higher id', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9 }), (brokers, controllerId) => {
        const chosen = idsOf(choosePeers(view(brokers, controllerId), SELF, { kind: 'controller-first' }, 9));
        const byId = brokers.filter((id) => id !== SELF).sort((a, b) => a - b);
        const others = [...byId.filter((id) => id > SELF), ...byId.filter((id) => id < SELF)];
        const controller = others.filter((id) => id === controllerId);
        expect(chosen).toEqual([...controller, ...others.filter((id) => id !== controllerId)]);
      }),
    );
  });
});

describe('askPeers', () => {
  /** Each peer answers with its id, answers with nothing usable, or fails. */
  const outcomes = fc.array(fc.constantFrom('answer', 'unusable', 'failure'), { maxLength: 12 });

  async function ask(kinds: readonly string[], parallel: number, enough: number) {
    let running = 0;
    let mostRunning = 0;
    const asked: number[] = [];
    const deadlines = new Set<number>();
    jest.spyOn(KafkaSession, 'with').mockImplementation(async (address, deadlineMs, requests) => {
      deadlines.add(deadlineMs);
      asked.push((address as BrokerView).id);
      mostRunning = Math.max(mostRunning, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return requests(undefined as unknown as KafkaSession);
    });
    const peers = kinds.map((_, id) => ({ id, host: `broker-${id}`, port: 9091 }));
    const result = await askPeers(peers, {
      parallel,
      deadlineMs: 3_000,
      send: async (_, { id }) => {
        if (kinds[id] === 'failure') {
          throw new Error(`no answer from ${id}`);
        }
        return kinds[id] === 'answer' ? id : undefined;
      },
      isEnough: (answers) => answers.length >= enough,
    });
    return { ...result, asked, mostRunning, deadlines };
  }

  test('asks in groups until enough have answered, and keeps the order of the peers', async () => {
    await fc.assert(
      fc.asyncProperty(
        outcomes,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 6 }),
        async (kinds, parallel, enough) => {
          // GIVEN the number of groups after which enough peers have answered
          let last = 0;
          const isEnough = () => kinds.slice(0, last).filter((kind) => kind === 'answer').length >= enough;
          while (last < kinds.length && !(last > 0 && isEnough())) {
            last = Math.min(kinds.length, last + parallel);
          }
          const indexes = (isWanted: (kind: string) => boolean) =>
            kinds.slice(0, last).flatMap((kind, index) => (isWanted(kind) ? [index] : []));

          // WHEN
          const { answers, failures, asked, mostRunning } = await ask(kinds, parallel, enough);

          // THEN
          expect(asked).toEqual(indexes(() => true));
          expect(answers.map(({ value }) => value)).toEqual(indexes((kind) => kind === 'answer'));
          expect(answers.map(({ peer }) => peer.id)).toEqual(answers.map(({ value }) => value));
          expect(failures.map(({ id }) => id)).toEqual(indexes((kind) => kind !== 'answer'));
          expect(mostRunning).toBeLessThanOrEqual(parallel);
        },
      ),
    );
  });

  test('gives each peer the same deadline, and each failure a reason', async () => {
    const { failures, deadlines } = await ask(['failure', 'unusable', 'answer'], 1, 1);
    expect(failures).toEqual([
      { id: 0, reason: 'no answer from 0' },
      { id: 1, reason: 'its metadata is not current, or it shows no topics' },
    ]);
    expect([...deadlines]).toEqual([3_000]);
  });

  test('does not ask anyone without peers', async () => {
    expect(await ask([], 5, 5)).toMatchObject({ answers: [], failures: [], asked: [] });
  });
});

describe('controllerOr', () => {
  const OWN = { host: '127.0.0.1', port: 9091 };

  test.each([
    ['ZooKeeper mode', 2, 'zookeeper', 'broker-2'],
    ['ZooKeeper mode without a known controller', 7, 'zookeeper', '127.0.0.1'],
    ['KRaft mode', 2, 'kraft', '127.0.0.1'],
    ['an unknown mode', 2, undefined, 'broker-2'],
  ] as const)('in %s', (_, controllerId, mode, host) => {
    expect(controllerOr(OWN, view([1, 2], controllerId), mode).host).toBe(host);
  });
});
