/* Topic files of a TopicConfigMap. files/corpus.test.ts has the forms of files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import { KafkaMapProps, TopicConfigMap, TopicConfigMapProps, TopicSyncCronJob } from '../../../lib';
import { CLICKS, newCluster, newMap } from '../../support/cases';
import { collectWarnings, messageOf, newChart, synth, validationFailure } from '../../support/testing';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-topics-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function write(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** A list of a cluster with the map `streams`, and a topic synchronization. */
function newList(props: Partial<TopicConfigMapProps>, map: Partial<KafkaMapProps> = {}): TopicConfigMap {
  const chart = newChart();
  const cluster = newCluster(chart);
  newMap(cluster, map);
  const list = new TopicConfigMap(chart, 'TopicList', { cluster, ...props });
  new TopicSyncCronJob(chart, 'Topics', { cluster, topics: [list] });
  return list;
}

const synthOf = (list: TopicConfigMap) => messageOf(() => synth(Chart.of(list)));

test('topics of files and of code are in one list', () => {
  const list = newList({
    topicFiles: [write('a.yaml', '- { name: events.a, partitions: 1, replicationFactor: 3 }')],
    topics: [CLICKS],
  });
  list.addTopicFiles(
    write('b.json', '[{ "name": "events.b", "partitions": 2, "replicationFactor": 3 }]'),
    write('c.yaml'),
  );

  expect(list.topics).toEqual([
    { name: 'events.a', partitions: 1, replicationFactor: 3 },
    CLICKS,
    { name: 'events.b', partitions: 2, replicationFactor: 3 },
  ]);
  expect(synthOf(list)).toBe('nothing was thrown');
});

test('a long list of a file is divided into ConfigMaps', () => {
  const names = Array.from(
    { length: 5000 },
    (_, index) => `- { name: events.topic-${index}, partitions: 1 }`,
  );

  expect(newList({ topicFiles: [write('topics.yaml', ...names)] }).configMapNames.length).toBeGreaterThan(1);
});

test('reports the problems of all files at synth, in the order of files and lines', () => {
  // GIVEN
  const a = write(
    'a.yaml',
    '- name: events.a',
    '  partitions: 0',
    '  config:',
    '    retention.msec: 1',
    '- nam: x',
  );
  const b = write(
    'b.yaml',
    '- name: orders',
    '  partitions: 1',
    '- name: events.b',
    '  replicationFactor: 4',
  );
  const list = newList({ topicFiles: [a] }, { topicDefaults: { replicationFactor: 3 } });

  // WHEN
  list.addTopicFiles(b, join(folder, 'missing'));
  list.addTopic({ ...CLICKS, replicationFactor: 5 });

  // THEN
  const problem = (line: string, text: string): [string, string] => ['test/TopicList', `${line}: ${text}`];
  const placed = (text: string): [string, string] => ['test/Topics', text];
  expect(synthOf(list)).toBe(
    validationFailure(
      problem(`${a}:2`, "partitions of topic 'events.a' is 0; it must be a whole number from 1 to 9900"),
      problem(
        `${a}:4`,
        "setting 'retention.msec' of topic 'events.a' is '1', and Kafka 4.4.0 has no such setting of topics; write 'retention.ms'",
      ),
      problem(`${a}:5`, 'a topic has no name; write for example name: orders'),
      problem(
        join(folder, 'missing'),
        'does not exist; name a YAML or JSON file, a folder of them, or a pattern such as teams/*/topics.yaml, relative to the folder ' +
          'in which the app runs',
      ),
      placed(
        `${b}:1: topic 'orders': no map has a pattern that matches; rename the topic or add a pattern to one of: streams (events\\..*)`,
      ),
      placed(
        `${b}:3: topic 'events.b': partitions is not set, and map 'streams' has no default; set it for the topic, or set ` +
          'topicDefaults.partitions of the map',
      ),
      placed(
        `${b}:3: topic 'events.b': replicationFactor is 4, and map 'streams' has 3 brokers (1001-1003); lower replicationFactor, or ` +
          'add brokers to the map',
      ),
      placed(
        "topic 'events.clicks': replicationFactor is 5, and map 'streams' has 3 brokers (1001-1003); lower replicationFactor, or add " +
          'brokers to the map',
      ),
    ),
  );
});

test('warnings name the lines of topics in files', () => {
  const warnings = collectWarnings();
  const path = write('a.yaml', '- { name: events.a, partitions: 1, replicationFactor: 1 }');
  synth(Chart.of(newList({ topicFiles: [path] })));

  expect(warnings).toContain(
    `cdk8s-kafka: warning: topic 'events.a' (${path}:1): each partition has one replica, so it is unavailable while its broker restarts`,
  );
});

test('parts of a file that are not read are a warning', () => {
  const warnings = collectWarnings();
  const path = write('a.yaml', 'settings: {}', 'users: { admin: {} }');
  synth(Chart.of(newList({ topicFiles: [path] })));

  expect(warnings).toContain(
    `cdk8s-kafka: warning: ${path}:2: users of a state file: not read, because only topics are read`,
  );
});

test('a topic of a file must not be in another file, in code or in another list', () => {
  // GIVEN
  const [a, b] = ['a.yaml', 'b.yaml'].map((name) => write(name, '# Topics', '- name: events.clicks'));
  const list = newList({ topicFiles: [a, b] }, { topicDefaults: { partitions: 1, replicationFactor: 3 } });

  // WHEN
  list.addTopic(CLICKS);

  // THEN
  expect(synthOf(list)).toBe(
    validationFailure(
      [
        'test/TopicList',
        `topic 'events.clicks' is in ${a}:2 and in list 'test/TopicList'; remove it from one of them`,
      ],
      [
        'test/TopicList',
        `${b}:2: topic 'events.clicks' is in ${a}:2 and in ${b}:2; remove it from one of them`,
      ],
    ),
  );
});

test('a topic of a file with another problem takes part in the search for duplicates', () => {
  const path = write('a.yaml', '- name: events.clicks', '  partitions: 0', '- name: events.clicks');

  expect(synthOf(newList({ topicFiles: [path] }))).toContain(
    `${path}:3: topic 'events.clicks' is in ${path}:1 and in ${path}:3; remove it from one of them`,
  );
});

test('a file with too many levels is a problem, and the other files are read', () => {
  const deep = write('a.json', `${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  const list = newList({ topicFiles: [deep, write('b.yaml', '- { name: orders }')] });

  expect(list.topics).toEqual([{ name: 'orders' }]);
  expect(synthOf(list)).toContain(
    `${deep}: has too many levels of nested lists and mappings; remove some of them`,
  );
});

test.each<[topicFiles: unknown, message: string]>([
  ['topics', 'topicFiles of a TopicConfigMap must be a list such as [\'topics\'], got "topics"'],
  [[1], "topicFiles[0] of a TopicConfigMap is 1; expected for example 'topics'"],
])('fails when topicFiles are %j', (topicFiles, message) => {
  expect(messageOf(() => newList({ topicFiles: topicFiles as string[] }))).toBe(message);
});

test('fails when addTopicFiles gets no text', () => {
  expect(messageOf(() => newList({}).addTopicFiles(undefined as never))).toBe(
    "topic files of 'test/TopicList' must have no undefined items, got [null]",
  );
});
