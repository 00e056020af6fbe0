import { TopicDefinition } from 'cdk8s-kafka';

const WEEK = String(7 * 24 * 60 * 60 * 1000);

/** Topics of a data platform: streams, checks, and archives without time limit. */
export const TOPICS: TopicDefinition[] = [
  ...['metrics', 'logs', 'traces', 'profiles'].flatMap((kind) =>
    ['raw', 'parsed', 'enriched'].map((stage) => ({
      name: `streams.${kind}.${stage}`,
      partitions: 450,
      replicationFactor: 3,
      config: { 'compression.type': 'zstd' },
    })),
  ),
  ...['http', 'tcp', 'dns', 'browser'].map((kind) => ({
    name: `checks.${kind}`,
    partitions: 90,
    replicationFactor: 3,
    config: { 'retention.ms': WEEK },
  })),
  ...['audit', 'billing'].map((kind) => ({
    name: `archive.${kind}`,
    partitions: 60,
    replicationFactor: 3,
    config: { 'retention.ms': '-1' },
  })),
];
