import { DeclaredTopicConfig } from '../../../../lib/seam/agent-config';
import { missingBrokers } from '../../../../agent/topics/plan/awaited-brokers';
import { ViewParts, clusterOf, partition } from '../../views';
import { InputParts, planInput } from '../plan-input';
import { ARCHIVE, STREAMS, declared } from './two-maps';

describe('missing brokers', () => {
  const missing = (topics: DeclaredTopicConfig[], view: ViewParts, parts: Partial<InputParts> = {}) =>
    missingBrokers(planInput({ topics, maps: [STREAMS, ARCHIVE], view: clusterOf(view), ...parts })).map(
      ({ id, reason, hasPod }) => `${id} (${reason}${hasPod ? ', has a pod' : ''})`,
    );
  const notRegistered = (...ids: number[]) => ids.map((id) => `${id} (it is not registered)`);

  test('of the map of a new topic are returned', () => {
    expect(missing([declared('clicks')], { brokers: [2] })).toEqual(notRegistered(1, 3));
  });

  test('of maps without new topics are ignored', () => {
    expect(missing([declared('clicks')], { brokers: [1, 2, 3] })).toEqual([]);
  });

  test('of maps with existing topics are ignored', () => {
    const view = { brokers: [1], partitions: [partition('clicks', 0, [1])] };
    expect(missing([declared('clicks')], view)).toEqual([]);
  });

  test('of several maps are returned', () => {
    expect(missing([declared('clicks'), declared('archive.a')], { brokers: [1, 2, 4] })).toEqual(
      notRegistered(3, 5, 6),
    );
  });

  test('are those without a pod as well', () => {
    expect(
      missing([declared('clicks')], { brokers: [1, 2] }, { pods: new Map([['streams', new Set([1, 3])]]) }),
    ).toEqual(['2 (it has no pod)', '3 (it is not registered, has a pod)']);
  });

  test('are all of a map without pods', () => {
    expect(missing([declared('clicks')], { brokers: [1, 2, 3] }, { pods: new Map() })).toEqual(
      [1, 2, 3].map((id) => `${id} (it has no pod)`),
    );
  });

  test('are not waited for if the topic is refused', () => {
    const maps = [STREAMS, { ...ARCHIVE, patterns: ['clicks'] }];
    expect(missing([declared('clicks')], { brokers: [1, 4] }, { maps })).toEqual([]);
  });
});
