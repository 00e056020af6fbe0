import { BrokerSetting } from '../../../agent/live-settings/broker-setting';
import { toDynamicUnits, planBroker, planCluster } from '../../../agent/live-settings/plan';

const NAME = 'num.io.threads';

/** Started with 8, which is Kafka's default too. */
const setting = (change: Partial<BrokerSetting> = {}): BrokerSetting => ({
  name: NAME,
  effectiveValue: change.dynamicValue ?? change.inheritedValue ?? '8',
  isManaged: false,
  hasStaticValue: change.inheritedValue !== undefined,
  inheritedValue: '8',
  defaultValue: '8',
  ...change,
});
const mapOf = (...settings: BrokerSetting[]) => new Map(settings.map((one) => [one.name, one]));

test.each<[string, string | null | undefined, Partial<BrokerSetting>, { value?: string } | undefined]>([
  ['what holds already is left', '8', {}, undefined],
  ['what holds already in other words is left', '08', {}, undefined],
  ['what differs is set', '16', {}, { value: '16' }],
  ['what was set is left', '16', { dynamicValue: '16', isManaged: true }, undefined],
  ['the next value is set', '12', { dynamicValue: '16', isManaged: true }, { value: '12' }],
  [
    'what the broker has been started with needs no value of its own',
    '16',
    { dynamicValue: '16', isManaged: true, inheritedValue: '16' },
    {},
  ],
  ['... in other words', '16', { dynamicValue: '16', isManaged: true, inheritedValue: '016' }, {}],
  ['a pool grows step by step', '100', {}, { value: '16' }],
  ['a pool goes back step by step', '8', { dynamicValue: '100', isManaged: true }, { value: '50' }],
  ['the last step back takes the value away', '8', { dynamicValue: '16', isManaged: true }, {}],
  ['what is removed from the file goes to the default', null, { inheritedValue: '12' }, { value: '8' }],
  ['what was set and is removed is taken away', null, { dynamicValue: '12', isManaged: true }, {}],
  ['what people set is left', null, { dynamicValue: '12' }, undefined],
  ['what people set after it was removed is left', null, { dynamicValue: '12', inheritedValue: '16' }, undefined],
  ['what people set is changed where the ConfigMap says otherwise', '16', { dynamicValue: '12' }, { value: '16' }],
  ['what people set alike becomes ours, to be taken away later', '12', { dynamicValue: '12' }, { value: '12' }],
  ['a mark alone is taken away', null, { isManaged: true }, {}],
  ['what waits for a restart by now is taken away if it is ours', undefined, { dynamicValue: '12', isManaged: true }, {}],
  ['what is not listed is left', undefined, { dynamicValue: '12', inheritedValue: '16' }, undefined],
])('%s', (_, wanted, now, expected) => {
  const { changes } = planBroker(wanted === undefined ? {} : { [NAME]: wanted }, mapOf(setting(now)));

  expect(changes.map(({ name, value }) => ({ name, value }))).toEqual(
    expected === undefined ? [] : [{ name: NAME, ...expected }],
  );
});

test('a setting is pending until it has its value, not until its step', () => {
  expect(planBroker({ [NAME]: '100' }, mapOf(setting())).pending).toEqual([NAME]);
  expect(planBroker({ [NAME]: '16' }, mapOf(setting({ dynamicValue: '16', isManaged: true }))).pending).toEqual([]);
});

test('a setting that this Kafka does not know, or cannot change, is left', () => {
  expect(planBroker({ 'some.new.setting': '1' }, mapOf())).toEqual({ changes: [], pending: [] });
});

describe('settings of the cluster', () => {
  const MIN = 'min.insync.replicas';
  const of = (change: Partial<BrokerSetting>) => mapOf(setting({ name: MIN, ...change }));

  test('what differs is set for all', () => {
    const plan = planCluster({ [MIN]: '2' }, of({ inheritedValue: '1', effectiveValue: '1' }));

    expect(plan).toEqual({
      cluster: [{ name: MIN, value: '2', from: '1', to: '2' }],
      broker: [],
      pending: [MIN],
    });
  });

  test('what holds is left', () => {
    expect(planCluster({ [MIN]: '2' }, of({ inheritedValue: '2' }))).toEqual({
      cluster: [],
      broker: [],
      pending: [],
    });
  });

  test('a value of this broker only is taken away', () => {
    expect(planCluster({ [MIN]: '2' }, of({ inheritedValue: '2', dynamicValue: '1' })).broker).toEqual([
      { name: MIN, from: '1', to: '2' },
    ]);
  });

  test('what nobody wants is left', () => {
    expect(planCluster({ [MIN]: null }, of({ dynamicValue: '1' }))).toEqual({ cluster: [], broker: [], pending: [] });
  });
});

test.each([
  [{ 'log.retention.ms': null, 'log.retention.minutes': null, 'log.retention.hours': '1' }, '3600000'],
  [{ 'log.retention.ms': null, 'log.retention.minutes': '1', 'log.retention.hours': '1' }, '60000'],
  [{ 'log.retention.ms': '5', 'log.retention.minutes': '1', 'log.retention.hours': '1' }, '5'],
  [{ 'log.retention.ms': null, 'log.retention.minutes': null, 'log.retention.hours': null }, null],
  // It waits for a restart, as one of them is a reference.
  [{}, undefined],
])('how long logs are kept, of %j', (wanted, expected) => {
  expect(toDynamicUnits(wanted)['log.retention.ms']).toBe(expected);
});
