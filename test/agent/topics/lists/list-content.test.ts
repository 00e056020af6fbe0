import { ListConfigMap, listContent, missingConfigMap } from '../../../../agent/topics/lists/list-content';

const LIST = { namespace: 'kafka', configMapName: 'topics' };
const none = (name: string): ListConfigMap => missingConfigMap('kafka', name);

test('a list can be in one ConfigMap', () => {
  expect(listContent(LIST, { data: { 'topics.json': '[]' } }, none)).toEqual({
    list: LIST,
    files: [{ name: 'topics', text: '[]' }],
    missing: [],
  });
});

test('a list can be in several ConfigMaps, whose problems are reported one by one', () => {
  const parts: Record<string, ListConfigMap> = {
    'topics-0': { data: { 'topics.json': '[0]' } },
    'topics-1': { data: { other: '' } },
    'topics-2': none('topics-2'),
    'topics-3': { problem: 'denied' },
  };
  const root = { data: { parts: '0\n1\n2\n3\n' } };
  expect(listContent(LIST, root, (name) => parts[name])).toEqual({
    list: LIST,
    files: [{ name: 'topics-0', text: '[0]' }],
    missing: [
      "ConfigMap kafka/topics-1 has neither the key 'topics.json' nor 'parts'; apply the synthesized YAML that contains it",
      'ConfigMap kafka/topics-2 does not exist; apply the synthesized YAML that contains it',
      'denied',
    ],
  });
});

test.each([
  [{ data: {} }, "ConfigMap kafka/topics has neither the key 'topics.json' nor 'parts'"],
  [none('topics'), 'ConfigMap kafka/topics does not exist'],
])('a first ConfigMap %j is reported', (root, message) => {
  expect(listContent(LIST, root, none)).toMatchObject({
    files: [],
    missing: [expect.stringContaining(message)],
  });
});
