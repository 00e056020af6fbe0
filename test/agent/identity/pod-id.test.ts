import fc from 'fast-check';
import { idOfPod, ownId } from '../../../agent/identity/pod-id';
import { brokerConfig, controllerConfig } from '../configs';

const IDS = { first: 1001, last: 1006 };

test.each([
  ['the first id', 'events-streams-1001', 1001],
  ['the last id', 'events-streams-1006', 1006],
])('returns %s from the number at the end of the name', (_, podName, id) => {
  expect(idOfPod(podName, 'events-streams', IDS)).toBe(id);
});

test('accepts a StatefulSet whose name ends with a number', () => {
  expect(idOfPod('events-2024-1001', 'events-2024', IDS)).toBe(1001);
});

test.each([
  ['an id below the range', 'events-streams-1000'],
  ['an id above the range', 'events-streams-1007'],
  ['another StatefulSet', 'events-archive-1001'],
  ['a StatefulSet with a longer name', 'events-streams-eu-1001'],
  ['no number', 'events-streams'],
  ['a letter after the number', 'events-streams-1001a'],
  ['an empty name', ''],
])('fails for %s', (_, podName) => {
  expect(() => idOfPod(podName, 'events-streams', IDS)).toThrow(
    expect.objectContaining({
      message: `pod '${podName}' does not belong to StatefulSet 'events-streams' with ids 1001-1006`,
      hint: 'apply the synthesized YAML, StatefulSet and ConfigMap together; spec.ordinals.start must be the first id',
      exitCode: 78,
    }),
  );
});

test('returns the number of every pod of a StatefulSet, and rejects all others', () => {
  const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(name, fc.nat(5000), fc.nat(20), fc.nat(6000), (statefulSet, first, more, number) => {
      const ids = { first, last: first + more };
      const idOf = () => idOfPod(`${statefulSet}-${number}`, statefulSet, ids);
      if (number >= ids.first && number <= ids.last) {
        expect(idOf()).toBe(number);
      } else {
        expect(idOf).toThrow(`with ids ${ids.first}-${ids.last}`);
      }
    }),
  );
});

test('accepts the ids of the map for a broker, and those of the voters for a controller', () => {
  expect(ownId(brokerConfig(), 'events-streams-1003')).toBe(1003);
  expect(ownId(controllerConfig(), 'events-controller-3001')).toBe(3001);
  expect(() => ownId(brokerConfig(), 'events-streams-1004')).toThrow('with ids 1001-1003');
  expect(() => ownId(controllerConfig(), 'events-controller-3004')).toThrow('with ids 3001-3003');
});
