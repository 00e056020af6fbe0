import { KafkaMap, KafkaMapProps, NodeIds } from '../../lib';
import { brokers, newBrokers, newCluster, newMap } from '../support/cases';
import { messageOf, newChart } from '../support/testing';

const ARCHIVE = {
  mapName: 'archive',
  topicPatterns: ['archive\\..*'],
  brokerIds: NodeIds.between(2001, 2003),
};
const failureOf = (props: Partial<KafkaMapProps>) => messageOf(() => newMap(newCluster(newChart()), props));

describe('topicPatterns', () => {
  test.each<[topicPatterns: unknown, message: string]>([
    [[], "topicPatterns of map 'streams' are empty; give at least one"],
    ['events.*', 'topicPatterns of a KafkaMap must be a list such as [\'events-.*\'], got "events.*"'],
    [['events', undefined], 'topicPatterns of a KafkaMap must have no undefined items, got ["events",null]'],
    [
      [{ name: 'orders' }],
      'topicPatterns[0] of a KafkaMap is {"name":"orders"}; expected for example \'events-.*\'',
    ],
    [
      ['events', 'a('],
      "topic pattern 'a(' does not compile: Unterminated group; correct the regular expression",
    ],
  ])('fails when they are %j', (topicPatterns, message) => {
    expect(failureOf({ topicPatterns: topicPatterns as string[] })).toBe(message);
  });

  test.each([
    ['.*', '__consumer_offsets'],
    ['__transaction.*', '__transaction_state'],
    ['events|__share_group_state', '__share_group_state'],
    ['__cluster_[a-z]+', '__cluster_metadata'],
    ['__remote_log_metadata', '__remote_log_metadata'],
  ])('fails when the pattern %s matches the internal topic %s', (pattern, topic) => {
    expect(failureOf({ topicPatterns: [pattern] })).toBe(
      `topic pattern '${pattern}' of map 'streams' matches the internal topic '${topic}'; ` +
        "internalTopics decides where internal topics are, so exclude them, for example with '[^_].*'",
    );
  });

  test('fails when a topic matches patterns of two maps', () => {
    const cluster = newCluster(newChart());
    newMap(cluster, { topicPatterns: ['events', 'events\\..*'] });

    expect(messageOf(() => newMap(cluster, { ...ARCHIVE, topicPatterns: ['archive', '.*\\.clicks'] }))).toBe(
      "topic pattern '.*\\.clicks' of map 'archive' and 'events\\..*' of map 'streams' both match 'events.clicks'; " +
        'a topic belongs to one map, so narrow one of the patterns',
    );
  });

  test('fails when a topic matches two patterns of one map', () => {
    expect(failureOf({ topicPatterns: ['a.*', 'b', '.*c'] })).toBe(
      "topic pattern '.*c' of map 'streams' and 'a.*' of map 'streams' both match 'ac'; " +
        'a topic belongs to one map, so narrow one of the patterns',
    );
  });

  test('an added pattern fails for the same reasons, and is then not a pattern of the map', () => {
    // GIVEN
    const cluster = newCluster(newChart());
    const map = newMap(cluster);
    newMap(cluster, ARCHIVE);
    const add = (pattern: unknown) => messageOf(() => map.addTopicPattern(pattern as string));

    // THEN
    expect(add('events\\.clicks')).toContain("both match 'events.clicks'");
    expect(add('archive\\.old')).toContain("both match 'archive.old'");
    expect(add('__.*')).toContain("matches the internal topic '__consumer_offsets'");
    expect(add('a(')).toContain('does not compile');
    expect(add(/a\.b.*/)).toBe(
      "a topic pattern of map 'streams' is the RegExp /a\\.b.*/; write it as text: 'a\\\\.b.*'",
    );
    expect(add(/orders/i)).toContain("write it as text: '(?i)orders'");
    const long = add(`${'events.'.repeat(30)}|events\\.clicks`);
    expect(long).toMatch(/^topic pattern '(events\.)+even…' of map 'streams' and /);
    expect(map.topicPatterns).toEqual(['events\\..*']);
    expect(add('orders')).toBe('nothing was thrown');
  });
});

describe('names and ids', () => {
  const separate = 'each server needs its own id, so use a separate range';

  test('fails when two maps have the same name', () => {
    const cluster = newCluster(newChart());
    newMap(cluster);

    expect(
      messageOf(() => new KafkaMap(cluster, 'Again', { ...brokers(cluster), topicPatterns: ['more'] })),
    ).toBe("mapName 'streams' is used twice in cluster 'events'; use another name");
  });

  test('fails when two maps have a broker id in common', () => {
    const cluster = newCluster(newChart());
    newMap(cluster);

    expect(messageOf(() => newMap(cluster, { ...ARCHIVE, brokerIds: NodeIds.between(1003, 1004) }))).toBe(
      `ids 1003-1004 of brokers 'archive' overlap ids 1001-1003 of brokers 'streams'; ${separate}`,
    );
  });

  test('fails when a map has the id of a controller', () => {
    expect(failureOf({ brokerIds: NodeIds.between(3, 5) })).toBe(
      `ids 3-5 of brokers 'streams' overlap ids 1-3 of the controllers; ${separate}`,
    );
  });

  test('fails when a map has the id of a BrokerStatefulSet', () => {
    const cluster = newCluster(newChart());
    newBrokers(cluster, { mapName: 'plain', brokerIds: NodeIds.between(10, 12) });

    expect(messageOf(() => newMap(cluster, { brokerIds: NodeIds.between(12, 14) }))).toBe(
      `ids 12-14 of brokers 'streams' overlap ids 10-12 of brokers 'plain'; ${separate}`,
    );
  });
});
