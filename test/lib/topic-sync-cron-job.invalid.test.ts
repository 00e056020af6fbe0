import { Chart, Duration, Size } from 'cdk8s';
import {
  KafkaClusterProps,
  NodeIds,
  TopicConfigMap,
  TopicDefinition,
  TopicSyncCronJob,
  TopicSyncCronJobProps,
} from '../../lib';
import { CLICKS, newCluster, newMap, newTopicSync, newTopics } from '../support/cases';
import { collectWarnings, messageOf, newChart, synth, validationFailure } from '../support/testing';

/** The message at synth of a cluster with the map `streams` and a synchronization of topics. */
function failureOf(topics: Partial<TopicDefinition>[], props: Partial<KafkaClusterProps> = {}): string {
  const cluster = newCluster(newChart(), props);
  newMap(cluster);
  newTopicSync(cluster, topics);
  return messageOf(() => synth(Chart.of(cluster)));
}

afterEach(() => void jest.restoreAllMocks());

describe('topics and maps', () => {
  test('fails when topics match no map, and names all of them', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    newMap(cluster);
    newMap(cluster, {
      mapName: 'archive',
      topicPatterns: ['audit', 'billing'],
      brokerIds: NodeIds.between(2001, 2003),
    });
    newTopicSync(cluster, [{}, { name: 'orders' }, { name: 'events' }]);

    // THEN
    const known = 'streams (events\\..*); archive (audit, billing)';
    expect(messageOf(() => synth(Chart.of(cluster)))).toBe(
      validationFailure([
        'test/Topics',
        `topics 'orders', 'events': no map has a pattern that matches; rename the topic or add a pattern to one of: ${known}`,
      ]),
    );
  });

  test('fails when there is no map', () => {
    const cluster = newCluster(newChart());
    newTopicSync(cluster);

    expect(messageOf(() => synth(Chart.of(cluster)))).toBe(
      validationFailure(
        ['test/Kafka', "cluster 'events' has no map and therefore no brokers; add a KafkaMap"],
        [
          'test/Topics',
          "topic 'events.clicks': no map has a pattern that matches; rename the topic or add a pattern to one of: (no maps)",
        ],
      ),
    );
  });

  test('fails when a map has too few brokers for a topic', () => {
    collectWarnings();

    expect(failureOf([{ replicationFactor: 4 }])).toBe(
      validationFailure([
        'test/Topics',
        "topic 'events.clicks': replicationFactor is 4, and map 'streams' has 3 brokers (1001-1003); lower " +
          'replicationFactor, or add brokers to the map',
      ]),
    );
  });

  test('names at most 5 topics and 20 patterns', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    newMap(cluster, { topicPatterns: Array.from({ length: 1000 }, (_, index) => `list-${index}`) });
    newTopicSync(
      cluster,
      Array.from({ length: 10_000 }, (_, index) => ({ name: `orders-${index}` })),
    );

    // THEN
    const message = messageOf(() => synth(Chart.of(cluster)));
    expect(message).toMatch(
      /'orders-4' and 9995 more: no map has a pattern that matches; .* list-19 and 980 more\)/,
    );
    expect(message.length).toBeLessThan(1000);
  });
});

describe('lists of topics', () => {
  test.each([
    ['other', 'kafka'],
    ['events', 'other'],
  ])("fails when a list is of cluster '%s' in namespace '%s'", (clusterName, namespace) => {
    const chart = newChart();
    const cluster = newCluster(chart);
    const list = newTopics(newCluster(newChart(namespace), { clusterName }), {});

    expect(messageOf(() => new TopicSyncCronJob(chart, 'Topics', { cluster, topics: [list] }))).toBe(
      `topic list 'test/TopicList' is of cluster '${clusterName}' in namespace '${namespace}', and this TopicSyncCronJob is of cluster ` +
        "'events' in namespace 'kafka'; use the same cluster for both",
    );
  });

  test('fails when a list is added twice', () => {
    const chart = newChart();
    const cluster = newCluster(chart);
    const list = newTopics(cluster);

    expect(messageOf(() => new TopicSyncCronJob(chart, 'Topics', { cluster, topics: [list, list] }))).toBe(
      `topic list '${list.node.path}' is added twice; remove one of them`,
    );
  });

  test.each<[topics: unknown, message: string]>([
    [
      [CLICKS],
      'topics[0] of a TopicSyncCronJob is {"name":"events.clicks","partitions":12,"replicationFactor":3}; expected for ' +
        "example new TopicConfigMap(chart, 'TopicList', { … })",
    ],
    [[undefined], 'topics of a TopicSyncCronJob must have no undefined items, got [null]'],
    [
      'events.clicks',
      'topics of a TopicSyncCronJob must be a list such as [new TopicConfigMap(chart, \'TopicList\', { … })], got "events.clicks"',
    ],
  ])('fails when topics are %j', (topics, message) => {
    const props = { cluster: newCluster(newChart()), topics: topics as TopicConfigMap[] };

    expect(messageOf(() => new TopicSyncCronJob(newChart(), 'Topics', props))).toBe(message);
  });
});

test('fails when a cluster has two', () => {
  const cluster = newCluster(newChart());
  newTopicSync(cluster);

  expect(messageOf(() => new TopicSyncCronJob(cluster, 'Again', { cluster, topics: [] }))).toBe(
    "cluster 'events' has two TopicSyncCronJobs, 'test/Topics' and 'test/Kafka/Again'; keep one, and add all lists of topics " +
      'to it',
  );
});

test.each([
  [Duration.millis(500), '500 ms'],
  [Duration.days(8), '8 days'],
])('fails when brokerWaitTimeout is out of range (%#)', (brokerWaitTimeout, text) => {
  expect(messageOf(() => newTopicSync(newCluster(newChart()), [], { brokerWaitTimeout }))).toBe(
    `brokerWaitTimeout of 'events-topics' is ${text}; it must be between 1 second and 7 days`,
  );
});

test.each(['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'])(
  'fails when %s is out of range',
  (property) => {
    const failureFor = (limit: unknown) =>
      messageOf(() => newTopicSync(newCluster(newChart()), [], { [property]: limit }));

    for (const limit of [-1, 1.5, 1e10, NaN]) {
      expect(failureFor(limit)).toBe(
        `${property} of a TopicSyncCronJob is ${limit}; use a whole number from 0 to 2147483647`,
      );
    }
    expect([0, 2_147_483_647].map(failureFor)).toEqual(['nothing was thrown', 'nothing was thrown']);
  },
);

test.each([
  [0, '0'],
  [63, '63'],
  [NaN, 'NaN'],
])('fails when the memory of runs is %d MiB', (mebibytes, text) => {
  const agentResources = { memory: Size.mebibytes(mebibytes) };

  expect(messageOf(() => newTopicSync(newCluster(newChart()), [], { agentResources }))).toBe(
    `agentResources.memory of a TopicSyncCronJob is ${text} MiB; use 64 MiB or more`,
  );
});

test.each([
  [{ maxPerRun: 0 }, "prune.maxPerRun of 'events-topics' is 0; it must be a whole number from 1 to 1000"],
  [{ maxPerRun: 1.5 }, "prune.maxPerRun of 'events-topics' is 1.5; it must be a whole number from 1 to 1000"],
  [
    { maxPerRun: 1001 },
    "prune.maxPerRun of 'events-topics' is 1001; it must be a whole number from 1 to 1000",
  ],
  [
    { minAge: Duration.millis(1) },
    "prune.minAge of 'events-topics' is 1 ms; it must be between 1 second and 7 days",
  ],
])('fails when prune is %j', (prune, message) => {
  expect(messageOf(() => newTopicSync(newCluster(newChart()), [], { prune }))).toBe(message);
});

describe('no list of topics', () => {
  const define = (props: Partial<TopicSyncCronJobProps>) => {
    const cluster = newCluster(newChart());
    newMap(cluster);
    new TopicSyncCronJob(Chart.of(cluster), 'Topics', { cluster, topics: [], ...props });
    return Chart.of(cluster);
  };

  test('it causes a warning', () => {
    const warnings = collectWarnings();
    synth(define({}));

    expect(warnings).toEqual([
      "cdk8s-kafka: warning: TopicSyncCronJob 'test/Topics' has no list of topics, so its runs change nothing; add one with topics, " +
        'addTopics or addTopicsFrom',
    ]);
  });

  test('it fails with prune', () => {
    expect(messageOf(() => synth(define({ prune: {} })))).toBe(
      validationFailure([
        'test/Topics',
        'prune is set without a list of topics, so that all topics which a list declared before count as removed; add the list, or ' +
          'remove prune',
      ]),
    );
  });
});

describe('lists of other apps', () => {
  const BOTH_WAYS =
    "topic list 'kafka/events-topic-list' is added with topics or addTopics, and with addTopicsFrom; remove one of them";
  const add = (list: object) => {
    const sync = newTopicSync(newCluster(newChart()), []);
    return messageOf(() => sync.addTopicsFrom({ configMapName: 'web', topicPatterns: ['a'], ...list }));
  };

  test('fails when one is added twice', () => {
    const sync = newTopicSync(newCluster(newChart()), []);
    sync.addTopicsFrom({ configMapName: 'web', topicPatterns: ['a'] });
    const again = { configMapName: 'web', namespaceName: 'kafka', topicPatterns: ['b'] };

    expect(messageOf(() => sync.addTopicsFrom(again))).toBe(
      "topic list 'kafka/web' is added twice; remove one of them",
    );
  });

  test('fails when one is in topics too', () => {
    const cluster = newCluster(newChart());
    const sync = newTopicSync(cluster, []);
    const same = { configMapName: 'events-topic-list', topicPatterns: ['a'] };

    expect(messageOf(() => sync.addTopicsFrom(same))).toBe(BOTH_WAYS);
  });

  test('fails when one is added with addTopics later', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    const sync = new TopicSyncCronJob(Chart.of(cluster), 'Topics', { cluster, topics: [] });
    sync.addTopicsFrom({ configMapName: 'events-topic-list', topicPatterns: ['a'] });

    // THEN
    expect(messageOf(() => sync.addTopics(newTopics(cluster)))).toBe(BOTH_WAYS);
  });

  test('a pattern that matches no topic of a map is a warning', () => {
    // GIVEN
    const warnings = collectWarnings();
    const cluster = newCluster(newChart());
    newMap(cluster);
    const sync = newTopicSync(cluster, []);

    // WHEN
    sync.addTopicsFrom({ configMapName: 'web', topicPatterns: ['event\\..*', '.*\\.web'] });
    synth(Chart.of(cluster));

    // THEN
    expect(warnings).toEqual([
      "cdk8s-kafka: warning: topic pattern 'event\\..*' of topic list 'kafka/web' matches no topic of a map, so the topics that it allows " +
        'are not created; correct it, or add a pattern to one of: streams (events\\..*)',
    ]);
  });

  test.each([
    [{ topicPatterns: [] }, "topicPatterns of topic list 'kafka/web' are empty; give at least one"],
    [
      { topicPatterns: ['('] },
      "topic pattern '(' does not compile: Unterminated group; correct the regular expression",
    ],
    [
      { configMapName: 'Web' },
      "configMapName 'Web' is not a DNS label; use lower-case letters, digits and '-', starting with a letter",
    ],
    [
      { namespaceName: 'a.b' },
      "namespace 'a.b' is not a DNS label; use up to 63 lower-case letters, digits and '-'",
    ],
  ])('fails when one is %j', (list, message) => {
    expect(add(list)).toBe(message);
  });
});
