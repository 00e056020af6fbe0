import { BrokerSetting } from '../../../agent/live-settings/broker-setting';
import { toDynamicUnits, planBroker, planCluster } from '../../../agent/live-settings/plan';

const NAME = 'num.io.threads';

/** A setting with the value 8 in server.properties, which is also the default of Kafka. */
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
  ['a value in effect is not changed', '8', {}, undefined],
  ['a value in effect that is written differently is not changed', '08', {}, undefined],
  ['a different value is set', '16', {}, { value: '16' }],
  ['a value that was set before is not changed', '16', { dynamicValue: '16', isManaged: true }, undefined],
  ['the next value is set', '12', { dynamicValue: '16', isManaged: true }, { value: '12' }],
  [
    'a dynamic value that equals server.properties is deleted',
    '16',
    { dynamicValue: '16', isManaged: true, inheritedValue: '16' },
    {},
  ],
  [
    'a dynamic value that equals server.properties but is written differently is deleted',
    '16',
    { dynamicValue: '16', isManaged: true, inheritedValue: '016' },
    {},
  ],
  ['a thread pool grows in steps', '100', {}, { value: '16' }],
  ['a thread pool shrinks in steps', '8', { dynamicValue: '100', isManaged: true }, { value: '50' }],
  ['the last step back deletes the dynamic value', '8', { dynamicValue: '16', isManaged: true }, {}],
  [
    'a setting that is removed from server.properties returns to the default',
    null,
    { inheritedValue: '12' },
    { value: '8' },
  ],
  ['a managed value of a removed setting is deleted', null, { dynamicValue: '12', isManaged: true }, {}],
  ['a value that people have set stays', null, { dynamicValue: '12' }, undefined],
  [
    'a value that people have set after the removal stays',
    null,
    { dynamicValue: '12', inheritedValue: '16' },
    undefined,
  ],
  [
    'a value that people have set is changed to the value of the ConfigMap',
    '16',
    { dynamicValue: '12' },
    { value: '16' },
  ],
  [
    'an equal value that people have set becomes managed, so that it is deleted later',
    '12',
    { dynamicValue: '12' },
    { value: '12' },
  ],
  ['a marker without a value is deleted', null, { isManaged: true }, {}],
  [
    'a managed value is deleted once the setting is a restart setting',
    undefined,
    { dynamicValue: '12', isManaged: true },
    {},
  ],
  [
    'a setting that is not listed is not changed',
    undefined,
    { dynamicValue: '12', inheritedValue: '16' },
    undefined,
  ],
])('%s', (_, desired, state, expected) => {
  const { changes } = planBroker(desired === undefined ? {} : { [NAME]: desired }, mapOf(setting(state)));

  expect(changes.map(({ name, value }) => ({ name, value }))).toEqual(
    expected === undefined ? [] : [{ name: NAME, ...expected }],
  );
});

test('a setting is pending until it has its desired value', () => {
  expect(planBroker({ [NAME]: '100' }, mapOf(setting())).pending).toEqual([NAME]);
  expect(
    planBroker({ [NAME]: '16' }, mapOf(setting({ dynamicValue: '16', isManaged: true }))).pending,
  ).toEqual([]);
});

test('a setting that this Kafka version does not know or cannot change is ignored', () => {
  expect(planBroker({ 'some.new.setting': '1' }, mapOf())).toEqual({ changes: [], pending: [] });
});

describe('cluster-wide settings', () => {
  const MIN = 'min.insync.replicas';
  const of = (change: Partial<BrokerSetting>) => mapOf(setting({ name: MIN, ...change }));

  test('a different value is set for all brokers', () => {
    const plan = planCluster({ [MIN]: '2' }, of({ inheritedValue: '1', effectiveValue: '1' }));

    expect(plan).toEqual({
      cluster: [{ name: MIN, value: '2', from: '1', to: '2' }],
      broker: [],
      pending: [MIN],
    });
  });

  test('a value in effect is not changed', () => {
    expect(planCluster({ [MIN]: '2' }, of({ inheritedValue: '2' }))).toEqual({
      cluster: [],
      broker: [],
      pending: [],
    });
  });

  test('a dynamic value of this broker is deleted', () => {
    expect(planCluster({ [MIN]: '2' }, of({ inheritedValue: '2', dynamicValue: '1' })).broker).toEqual([
      { name: MIN, from: '1', to: '2' },
    ]);
  });

  test('a setting that is not defined is not changed', () => {
    expect(planCluster({ [MIN]: null }, of({ dynamicValue: '1' }))).toEqual({
      cluster: [],
      broker: [],
      pending: [],
    });
  });
});

test.each([
  [{ 'log.retention.ms': null, 'log.retention.minutes': null, 'log.retention.hours': '1' }, '3600000'],
  [{ 'log.retention.ms': null, 'log.retention.minutes': '1', 'log.retention.hours': '1' }, '60000'],
  [{ 'log.retention.ms': '5', 'log.retention.minutes': '1', 'log.retention.hours': '1' }, '5'],
  [{ 'log.retention.ms': null, 'log.retention.minutes': null, 'log.retention.hours': null }, null],
  // The setting is a restart setting if one of its values is a reference.
  [{}, undefined],
])('log.retention.ms is computed from %j', (desired, expected) => {
  expect(toDynamicUnits(desired)['log.retention.ms']).toBe(expected);
});
