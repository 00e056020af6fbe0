/* Times of a broker that Kubernetes or agents could not count, or nobody means. */
import { Duration } from 'cdk8s';
import { newBrokers, newCluster } from '../support/cases';
import { collectWarnings, messageOf, newChart } from '../support/testing';

const brokersWith = (props: Parameters<typeof newBrokers>[1]) => newBrokers(newCluster(newChart()), props);

describe.each([
  ['preStopTimeout', 1, 'a second'],
  ['shutdownGracePeriod', 1, 'a second'],
  ['maxForceDuration', 300, '5 minutes'],
  ['startupTimeout', 60, 'a minute'],
])('%s', (property, least, words) => {
  test.each([0, 999])('fails when it is %i ms', (milliseconds) => {
    expect(messageOf(() => brokersWith({ [property]: Duration.millis(milliseconds) }))).toBe(
      `${property} of map 'streams' is ${milliseconds} ms; give it ${words} or more`,
    );
  });

  test('fails when it is more than a week', () => {
    expect(messageOf(() => brokersWith({ [property]: Duration.days(8) }))).toBe(
      `${property} of map 'streams' is 691200 s; give it 7 days or less`,
    );
  });

  test('may be short', () => {
    collectWarnings();
    const { configMap, statefulSet } = brokersWith({ [property]: Duration.seconds(least) });
    const agentConfig = JSON.parse(configMap.toJson().data['agent.json']);
    const [kafka] = statefulSet.toJson().spec.template.spec.containers;

    expect({
      preStopTimeout: agentConfig.stop.holdSeconds,
      shutdownGracePeriod: agentConfig.stop.graceSeconds,
      maxForceDuration: agentConfig.forceReadyLimitSeconds,
      startupTimeout: kafka.startupProbe.failureThreshold * kafka.startupProbe.periodSeconds,
    }).toHaveProperty(property, least);
  });
});

test.each<[string, number]>([
  ['maxForceDuration', 299],
  ['startupTimeout', 59],
])('%s of %i s is too short for anything', (property, seconds) => {
  expect(messageOf(() => brokersWith({ [property]: Duration.seconds(seconds) }))).toContain(
    `${property} of map 'streams' is ${seconds} s; give it`,
  );
});

test('warns of less time than Kafka takes to stop', () => {
  const warnings = collectWarnings();
  brokersWith({ shutdownGracePeriod: Duration.minutes(4) });
  brokersWith({ shutdownGracePeriod: Duration.minutes(5) });
  expect(warnings).toEqual([
    "cdk8s-kafka: warning: shutdownGracePeriod of map 'streams' is 240 s, and Kafka's own shutdown can take 300 s: a broker that is killed meanwhile checks its logs at the next start",
  ]);
});
