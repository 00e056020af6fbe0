import { LiveSettings } from '../../../lib/seam/agent-config';
import { SettingScope, SettingsReconciler } from '../../../agent/live-settings/settings-reconciler';
import { log } from '../../../agent/runtime/log';
import { BrokerModel } from './kafka';

const MINUTE = 60_000;
const ALL = { 'num.io.threads': null, 'message.max.bytes': null, 'background.threads': null };

let now: number;
let events: string[];
let logged: string[];

beforeEach(() => {
  now = 0;
  events = [];
  logged = [];
  for (const level of ['info', 'warn'] as const) {
    jest.spyOn(log, level).mockImplementation((message, { settings = '' } = {}) => {
      logged.push(`${level} ${message} ${String(settings)}`.trim());
    });
  }
});
afterEach(() => jest.restoreAllMocks());

/** A broker, its ConfigMap and its agent. */
class Bench {
  readonly broker: BrokerModel;
  readonly asked: string[] = [];
  wanted: LiveSettings | undefined = { broker: ALL, cluster: {} };
  isListening = true;
  isSilent = false;
  readonly keeper: SettingsReconciler;

  constructor(file: Record<string, string> = {}) {
    this.broker = new BrokerModel(file);
    this.keeper = this.agent();
  }

  agent(): SettingsReconciler {
    const { broker } = this;
    return new SettingsReconciler({
      read: async () => this.wanted,
      isListening: async () => this.isListening,
      describe: async () => {
        this.asked.push('describe');
        return broker.describe();
      },
      alter: async (scope: SettingScope, alterations) => {
        this.asked.push(`${scope} ${alterations.map(({ name, value }) => `${name}=${value}`).join(' ')}`);
        if (this.isSilent) {
          throw new Error('no answer');
        }
        return broker.alter(scope === 'broker' ? broker.own : broker.cluster, alterations);
      },
      monotonicMs: () => now,
      recordEvent: async (type, reason, message) => void events.push(`${type} ${reason}: ${message}`),
    });
  }

  apply(broker: Record<string, string>, cluster: Record<string, string> = {}): void {
    this.wanted = { broker: { ...ALL, ...broker }, cluster };
  }

  async looks(count: number): Promise<void> {
    for (let look = 0; look < count; look++) {
      await this.keeper.reconcile();
      now += 5_000;
    }
  }
}

test('a change is taken over at once, and said', async () => {
  const bench = new Bench({ 'message.max.bytes': '100' });
  bench.apply({ 'message.max.bytes': '100' });
  await bench.looks(1);
  bench.apply({ 'message.max.bytes': '200' });
  await bench.looks(1);

  expect(bench.broker.effective('message.max.bytes')).toBe('200');
  expect(logged).toContain('info settings changed while Kafka runs message.max.bytes=200 (was 100)');
  expect(events).toEqual([
    'Normal SettingsChanged: settings changed without a restart: message.max.bytes=200 (was 100)',
  ]);
});

test('it is pending until Kafka is seen to have it', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': '200' });
  await bench.looks(1);
  expect(bench.keeper.status.pending).toEqual(['message.max.bytes']);

  await bench.looks(1);
  expect(bench.keeper.status).toEqual({ pending: [], refused: [] });
});

test('threads arrive in steps, one with each look', async () => {
  const bench = new Bench();
  bench.apply({ 'num.io.threads': '40' });
  const seen: (string | undefined)[] = [];
  for (let look = 0; look < 4; look++) {
    await bench.looks(1);
    seen.push(bench.broker.effective('num.io.threads'));
  }

  expect(seen).toEqual(['16', '32', '40', '40']);
});

test('what Kafka refuses holds up nothing else, and is said once', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': 'much', 'background.threads': '12' });
  await bench.looks(8);

  expect(bench.broker.effective('background.threads')).toBe('12');
  expect(bench.broker.effective('message.max.bytes')).toBe('1048588');
  expect(bench.keeper.status).toEqual({
    pending: ['message.max.bytes'],
    refused: [
      {
        name: 'message.max.bytes',
        value: 'much',
        reason: 'Invalid value much for configuration message.max.bytes: Not a number of type INT',
      },
    ],
  });
  expect(events.filter((event) => event.startsWith('Warning'))).toEqual([
    'Warning SettingsRefused: Kafka refuses message.max.bytes=much: Invalid value much for configuration message.max.bytes: ' +
      'Not a number of type INT. They stand in server.properties all the same, and a broker that starts would read them: correct them',
  ]);
});

test('what Kafka refuses is tried again once a minute, and at once when it is corrected', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': 'much' });
  await bench.looks(MINUTE / 5_000);
  expect(bench.asked.filter((request) => request.startsWith('broker'))).toHaveLength(1);

  bench.apply({ 'message.max.bytes': '5' });
  await bench.looks(2);
  expect(bench.broker.effective('message.max.bytes')).toBe('5');
  expect(bench.keeper.status).toEqual({ pending: [], refused: [] });
});

test('what Kafka takes and does not use is said, and tried again once a minute', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': '200' });
  jest.spyOn(bench.broker, 'alter').mockReturnValue(undefined);
  await bench.looks(MINUTE / 5_000);
  expect(bench.asked.filter((request) => request.startsWith('broker'))).toHaveLength(2);
  expect(events.filter((event) => event.startsWith('Warning'))).toEqual([]);

  await bench.looks(MINUTE / 5_000);
  expect(bench.asked.filter((request) => request.startsWith('broker'))).toHaveLength(3);
  expect(bench.keeper.status.pending).toEqual(['message.max.bytes']);
  expect(events.at(-1)).toBe(
    'Warning SettingsNotInUse: Kafka has taken message.max.bytes and does not use it; its log says why, and a restart may be needed',
  );
});

test('while Kafka does not answer, what is pending is known, and it is asked once a minute', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': '200' });
  bench.isSilent = true;
  for (let look = 0; look < 12; look++) {
    await bench.looks(1).catch(() => (now += 5_000));
  }

  expect(bench.keeper.status.pending).toEqual(['message.max.bytes']);
  expect(bench.asked.filter((request) => request.startsWith('broker'))).toHaveLength(1);
});

test('while all is well Kafka is asked once a minute', async () => {
  const bench = new Bench();
  await bench.looks(25);

  expect(bench.asked).toEqual(['describe', 'describe', 'describe']);
});

test('what people change of that is changed back within a minute', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': '200' });
  await bench.looks(2);
  bench.broker.own.set('message.max.bytes', '300');
  await bench.looks(14);

  expect(bench.broker.effective('message.max.bytes')).toBe('200');
});

test('an agent that follows another one knows what that one set', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': '200' });
  await bench.looks(2);
  bench.apply({});
  const next = bench.agent();
  await next.reconcile();

  expect([...bench.broker.own]).toEqual([]);
  expect(bench.broker.effective('message.max.bytes')).toBe('1048588');
});

test('after a start with the new file nothing of its own is left, and no Event is made of that', async () => {
  const bench = new Bench();
  bench.apply({ 'message.max.bytes': '200' });
  await bench.looks(2);
  events = [];
  bench.broker.restart({ 'message.max.bytes': '200' });
  await bench.agent().reconcile();

  expect([...bench.broker.own]).toEqual([]);
  expect(events).toEqual([]);
  expect(logged.at(-1)).toBe(
    'info values set while Kafka ran are taken away, it has been started with them message.max.bytes',
  );
});

test('a broker that does not listen is not asked, and gets its settings when it does', async () => {
  const bench = new Bench();
  bench.isListening = false;
  bench.apply({ 'message.max.bytes': '200' });
  await bench.looks(3);
  expect(bench.asked).toEqual([]);

  bench.isListening = true;
  await bench.looks(1);
  expect(bench.broker.effective('message.max.bytes')).toBe('200');
});

test('a ConfigMap without such settings, as older ones are, changes nothing', async () => {
  const bench = new Bench({ 'message.max.bytes': '100' });
  bench.wanted = undefined;
  await bench.looks(2);

  expect(bench.asked).toEqual([]);
});

describe('settings of the cluster', () => {
  const MIN = 'min.insync.replicas';

  test('a change is made for all brokers, without a mark', async () => {
    const bench = new Bench({ [MIN]: '2' });
    bench.apply({}, { [MIN]: '1' });
    await bench.looks(2);

    expect([...bench.broker.cluster]).toEqual([[MIN, '1']]);
    expect([...bench.broker.own]).toEqual([]);
    expect(bench.keeper.status.pending).toEqual([]);
  });

  test('what another broker changed afterwards, of a newer ConfigMap, is left until this one changes too', async () => {
    const bench = new Bench({ [MIN]: '2' });
    bench.apply({}, { [MIN]: '2' });
    await bench.looks(1);
    bench.broker.cluster.set(MIN, '1');
    await bench.looks(20);
    expect([...bench.broker.cluster]).toEqual([[MIN, '1']]);
    expect(bench.keeper.status.pending).toEqual([MIN]);

    bench.apply({}, { [MIN]: '3' });
    await bench.looks(2);
    expect([...bench.broker.cluster]).toEqual([[MIN, '3']]);
  });
});
