import { compareSettings } from '../../../../agent/topics/plan/settings';
import { driftOf } from '../plan-input';

const compare = (
  declared: Record<string, string>,
  actual: Record<string, string>,
  action: Parameters<typeof driftOf>[0] = 'correct',
) => compareSettings('t', declared, new Map(Object.entries(actual)), driftOf(action));

test('equal settings are no difference', () => {
  expect(compare({ a: '1' }, { a: '1' })).toEqual({ differences: [] });
});

test('a declared setting has to be one of the topic itself, even if it equals the default of the cluster', () => {
  expect(compare({ a: '1' }, {}).change).toEqual({
    name: 't',
    set: { a: '1' },
    remove: [],
    from: { a: undefined },
  });
});

test.each(['leader.replication.throttled.replicas', 'follower.replication.throttled.replicas'])(
  'the throttle %s belongs to whoever moves data',
  (key) => {
    expect(compare({}, { [key]: '0:1001' })).toEqual({ differences: [] });
    expect(compare({}, { [key]: '0:1001' }, 'report')).toEqual({ differences: [] });
  },
);

test('settings with names of properties of every object are settings', () => {
  expect(compare({}, { constructor: '1' }).change).toMatchObject({ remove: ['constructor'] });
});
