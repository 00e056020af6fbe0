import {
  TOPIC_NUMBERS,
  isTopicNumber,
  topicNameProblem,
  withTopicDefaults,
} from '../../../lib/seam/topic-rules';

test.each(['a', '...', 'A-z_0.9', 'a'.repeat(249)])("'%s' is the name of a topic", (name) => {
  expect(topicNameProblem(name)).toBeUndefined();
});

test.each(['', '.', '..', 'a b', 'a/b', 'é', 'a\n'])('%j is not valid', (name) => {
  expect(topicNameProblem(name)).toBe("is not valid; use up to 249 letters, digits, '.', '_' and '-'");
});

test('the problem of a long name has its length and the limit', () => {
  expect(topicNameProblem('a'.repeat(260))).toBe(
    'has 260 characters, at most 249 are allowed; shorten it by 11',
  );
});

test.each(['partitions', 'replicationFactor'] as const)(
  '%s are whole numbers from 1 to a limit',
  (property) => {
    const most = TOPIC_NUMBERS[property];

    expect([1, most].filter((value) => isTopicNumber(property, value))).toEqual([1, most]);
    expect(
      [0, -1, 1.5, NaN, Infinity, most + 1, '3', null, undefined].filter((value) =>
        isTopicNumber(property, value),
      ),
    ).toEqual([]);
  },
);

describe('defaults of the map', () => {
  const defaults = {
    partitions: 12,
    replicationFactor: 3,
    config: { 'retention.ms': '1', 'segment.ms': '2' },
  };

  test('they apply one by one', () => {
    expect(
      withTopicDefaults({ name: 'orders', partitions: 6, config: { 'segment.ms': '3' } }, defaults),
    ).toEqual({
      name: 'orders',
      partitions: 6,
      replicationFactor: 3,
      config: { 'retention.ms': '1', 'segment.ms': '3' },
    });
  });

  test('a map can have none', () => {
    expect(withTopicDefaults({ name: 'orders' })).toEqual({ name: 'orders', config: {} });
  });
});
