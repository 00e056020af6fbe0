/* Properties that nobody reads, where no compiler looks. */
import { Duration } from 'cdk8s';
import { ControllerQuorum, KafkaVersion, ZookeeperEnsemble } from '../../lib';
import { newBrokers, newCluster } from '../support/cases';
import { collectWarnings, newChart } from '../support/testing';

const QUORUM = { clusterName: 'events', version: KafkaVersion.V4_4 };

test.each<[string, () => unknown, string]>([
  [
    'a map',
    () => newBrokers(newCluster(newChart()), { stophold: Duration.hours(1) } as object),
    "a map has no property 'stophold'",
  ],
  [
    'a KafkaCluster',
    () => newCluster(newChart(), { atRiskTopics: 'block' } as object),
    "a KafkaCluster has no property 'atRiskTopics'",
  ],
  [
    'a ControllerQuorum',
    () => new ControllerQuorum(newChart(), 'Q', { ...QUORUM, startupTimeout: 5 } as typeof QUORUM),
    "a ControllerQuorum has no property 'startupTimeout'",
  ],
  [
    'a ZookeeperEnsemble',
    () => new ZookeeperEnsemble(newChart(), 'Z', { atRiskTopics: 'block' } as object),
    "a ZookeeperEnsemble has no property 'atRiskTopics'",
  ],
])('%s tells of them', (_, define, message) => {
  const warnings = collectWarnings();
  define();
  expect(warnings).toEqual([
    expect.stringContaining(`cdk8s-kafka: warning: ${message}, so it has no effect; there are `),
  ]);
});

test('what is undefined was not given', () => {
  const warnings = collectWarnings();
  newCluster(newChart(), { another: undefined } as object);
  expect(warnings).toEqual([]);
});
