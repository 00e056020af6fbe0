/* Maps `streams` and `archive` of three brokers each. */
import { DeclaredTopicConfig, MapConfig } from '../../../../lib/seam/agent-config';
import { planTopics } from '../../../../agent/topics/plan/plan-topics';
import { ViewParts, clusterOf } from '../../views';
import { InputParts, planInput } from '../plan-input';

export const STREAMS: MapConfig = {
  name: 'streams',
  patterns: ['events\\..*', 'clicks'],
  brokerIds: { first: 1, last: 3 },
};
export const ARCHIVE: MapConfig = {
  name: 'archive',
  patterns: ['archive\\..*'],
  brokerIds: { first: 4, last: 6 },
};
export const ALL_ALIVE: ViewParts = {
  brokers: [
    { id: 1, rack: 'a' },
    { id: 2, rack: 'b' },
    { id: 3, rack: 'c' },
    { id: 4, rack: 'a' },
    { id: 5, rack: 'b' },
    { id: 6, rack: 'c' },
  ],
};

/** A declared topic with one partition and three replicas. */
export function declared(name: string, change: Partial<DeclaredTopicConfig> = {}): DeclaredTopicConfig {
  return { name, partitions: 1, replicationFactor: 3, ...change };
}

/** The plan for topics of two maps. */
export function plan(
  topics: DeclaredTopicConfig[],
  view: ViewParts = ALL_ALIVE,
  { maps = [STREAMS, ARCHIVE], ...parts }: Partial<InputParts> = {},
) {
  return planTopics(planInput({ topics, view: clusterOf(view), maps, ...parts }));
}
