import * as fc from 'fast-check';
import { Repairs, withRepair, writersOf } from '../../../agent/authority/contested-secrets';
import { SecretObject, encodeEntry } from '../../../agent/authority/leaf-secret';
import { makeCa, makeLeaf } from '../../../agent/authority/issue';
import { Recorded, collectEvents, running } from './running';
import { DAY, SECRETS, World } from './world';

let recorded: Recorded[];

beforeEach(() => {
  recorded = collectEvents();
});
afterEach(() => jest.restoreAllMocks());

const HOUR = 3_600_000;
const PATH = `${SECRETS}/events-tls`;

/** Runs the authority for a time, with a client that changes the Secret before each round. */
async function fight(world: World, hours: number, change: (secret: SecretObject) => object): Promise<number> {
  const end = world.now + hours * HOUR;
  world.store.writes.length = 0;
  while (world.now < end) {
    world.store.put(PATH, change(world.secret('events-tls')!));
    await world.round();
  }
  return world.store.writes.filter((write) => write.endsWith(PATH)).length;
}

async function foreignData(world: World): Promise<Record<string, string>> {
  const ca = await makeCa('another CA', DAY, world.now);
  const names = { commonName: 'events-brokers', dnsNames: ['*.events-brokers'] };
  const { certificate, key } = await makeLeaf(ca, names, DAY, world.now);
  return { 'tls.crt': encodeEntry(certificate), 'tls.key': encodeEntry(key), 'ca.crt': encodeEntry('') };
}

const MANAGED = [
  {
    manager: 'cdk8s-kafka-agent',
    operation: 'Update',
    time: '2027-01-01T00:00:00Z',
    fieldsV1: { 'f:data': {} },
  },
  { manager: 'reflector', operation: 'Apply', time: '2027-01-01T00:05:00Z', fieldsV1: { 'f:data': {} } },
  { manager: 'labeler', operation: 'Update', time: '2027-01-01T00:06:00Z', fieldsV1: { 'f:metadata': {} } },
];

test('a Secret that another client replaces all the time is repaired ever more rarely', async () => {
  // GIVEN
  const world = await running();
  const data = await foreignData(world);

  // WHEN
  const writes = await fight(world, 1, (secret) => ({
    ...secret,
    metadata: { ...secret.metadata, managedFields: MANAGED },
    data,
  }));

  // THEN
  expect(writes).toBeLessThanOrEqual(13);
  expect(JSON.parse(world.status()).waitingFor[0]).toMatch(
    /^Secret events-tls, changed by 'reflector' \(Apply\) after \d+ repairs; stop that client, the next repair is at 2027-/,
  );
  expect(recorded[0]).toMatchObject({ type: 'Warning', reason: 'CertificateLost' });
  expect(recorded[0].message).toContain("events-tls (changed by 'reflector' (Apply))");
});

test('the same holds for its other content', async () => {
  const world = await running();

  const writes = await fight(world, 1, (secret) => ({ ...secret, data: { ...secret.data, 'ca.crt': '' } }));

  expect(writes).toBeLessThanOrEqual(13);
});

test('entries and labels of other clients need no write', async () => {
  const world = await running();

  const writes = await fight(world, 0.1, (secret) => ({
    ...secret,
    metadata: { ...secret.metadata, labels: { ...secret.metadata.labels, mine: 'y' } },
    data: { ...secret.data, 'keystore.p12': 'eA==' },
  }));

  expect(writes).toBe(0);
});

test('a Secret that is deleted once an hour is repaired at once', async () => {
  const world = await running();
  for (let hour = 0; hour < 5; hour++) {
    world.store.objects.delete(PATH);
    await world.round();
    expect(world.secret('events-tls')).toBeDefined();
    world.now += HOUR;
  }
});

test('the pause grows to ten minutes, and a quiet hour ends the count', () => {
  const times = fc.array(fc.integer({ min: 0, max: 2 * HOUR }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(times, (waits) => {
      let repairs: Repairs | undefined;
      let now = 0;
      for (const wait of waits) {
        now = Math.max(now, repairs?.next ?? 0) + wait;
        const next = withRepair(repairs, now);
        expect(next.next - now).toBeLessThanOrEqual(600_000);
        expect(next.count).toBe(wait < HOUR && repairs ? repairs.count + 1 : 1);
        expect(next.next > now).toBe(next.count > 2);
        repairs = next;
      }
    }),
  );
});

test.each([
  [undefined, 'deleted by another client'],
  [{ metadata: { name: 'a' } }, 'changed by another client'],
  [{ metadata: { name: 'a', managedFields: MANAGED } }, "changed by 'reflector' (Apply)"],
])('names the last writer of %j', (found, text) => {
  expect(writersOf(found)).toBe(text);
});
