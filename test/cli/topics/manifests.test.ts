import { configMapFinder, configMapsIn } from '../../../cli/topics/manifests';
import { ORDERS, TARGET, configOf, runTopics, yamlOf } from './topics-scene';

const configMap = (agentConfig: string) =>
  JSON.stringify({
    kind: 'ConfigMap',
    metadata: { name: 'events-topics' },
    data: { 'agent.json': agentConfig },
  });
const changedConfig = (change: object) => configMap(JSON.stringify({ ...configOf([ORDERS]), ...change }));

test.each<[string, number, string]>([
  ['kind: ConfigMap\nmetadata: [', 65, 'dist/events.yaml:2: is not valid YAML: '],
  [
    '',
    78,
    "dist has no ConfigMap 'events-topics' of namespace 'kafka'; check both names, and that the app has a TopicSyncCronJob",
  ],
  [
    'kind: ConfigMap\nmetadata: {name: events-topics}\ndata: {agent.json: \'{"role":"topics"}\'}',
    65,
    "agent.json of ConfigMap 'events-topics' in dist/events.yaml:1 is not valid: clusterName is missing, expected a text; use " +
      'this command in the version of cdk8s-kafka that has synthesized the YAML, or synthesize it again',
  ],
  [
    `---\nkind: Service\n---\n${configMap('{')}`,
    65,
    "agent.json of ConfigMap 'events-topics' in dist/events.yaml:4 is not JSON: ",
  ],
  [configMap('null'), 65, 'is not valid: its content is null, expected an object'],
  [changedConfig({ role: 'broker' }), 65, "role is 'broker', expected 'topics'"],
  [
    changedConfig({ drift: { settings: 'fix' } }),
    65,
    "drift.settings is 'fix', expected 'correct' or 'report' or 'ignore'",
  ],
  [
    changedConfig({ maps: [{ name: 'm', patterns: ['('], brokerIds: { first: 1, last: 2 } }] }),
    65,
    "maps[0].patterns[0] is '(', expected a topic pattern",
  ],
  [
    'kind: ConfigMap\nmetadata: {name: other}\ndata: {retries: 5}',
    65,
    "ConfigMap 'other' in dist/events.yaml:1 is not valid: data['retries'] is 5, expected a text",
  ],
  ['a: 1\n---\n{{ value }}: 1\n', 65, 'dist/events.yaml:3: a key is a mapping or a list'],
  ['a: 1\nb: [{{ value }}]\n', 65, 'dist/events.yaml:2: a key is a mapping or a list'],
  ['{{ if value }}\na: 1\n{{ end }}\n', 65, 'dist/events.yaml:'],
  ['a: !secret x\n', 65, 'dist/events.yaml:1: is not valid YAML: Unresolved tag: !secret'],
  [
    `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${Array.from(
      { length: 4 },
      (_, index) =>
        `b${index}: &b${index} [${Array(10)
          .fill(`*${index === 0 ? 'a' : `b${index - 1}`}`)
          .join(', ')}]`,
    ).join('\n')}\n`,
    65,
    'dist/events.yaml is not valid YAML: Excessive alias count',
  ],
])('%j is an error', async (yaml, exitCode, message) => {
  const warn = jest.spyOn(process, 'emitWarning');
  const { code, errors } = await runTopics(`plan ${TARGET} --manifests dist`, { yaml });
  expect(errors[0]).toMatch(/^cdk8s-kafka: /);
  expect(errors[0]).toContain(message);
  expect(code).toBe(exitCode);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('a ConfigMap in two files is an error', async () => {
  const yaml = ['dist/a.yaml', 'dist/b.yaml'].map((path) => ({ path, text: yamlOf([ORDERS]) }));
  const { code, errors } = await runTopics(`plan ${TARGET} --manifests dist`, { yaml });
  expect(errors).toEqual([
    'cdk8s-kafka: ConfigMap kafka/events-topics is in dist/a.yaml:3 and in dist/b.yaml:3; use YAML that contains it once',
  ]);
  expect(code).toBe(65);
});

test('ConfigMaps of one name are told apart by their namespace', () => {
  const text = ['a', 'b', undefined]
    .map((namespace) => JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'x', namespace } }))
    .join('\n---\n');
  const find = configMapFinder(configMapsIn([{ path: 'f', text: `\uFEFF${text}` }]), 'kafka');
  expect(['a', 'b', 'kafka', 'c'].map((namespace) => find(namespace, 'x')?.source)).toEqual([
    'f:1',
    'f:3',
    'f:5',
    undefined,
  ]);
});
