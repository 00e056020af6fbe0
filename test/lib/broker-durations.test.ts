/* Times of a broker that Kubernetes or agents could not count, or nobody means. */
import { Duration } from 'cdk8s';
import { newBrokers, newCluster } from '../support/cases';
import { collectWarnings, messageOf, newChart } from '../support/testing';

const brokersWith = (props: Parameters<typeof newBrokers>[1]) => newBrokers(newCluster(newChart()), props);

describe.each([
  ['stopHold', 1, 'a second'],
  ['shutdownGrace', 1, 'a second'],
  ['forceReadyLimit', 300, '5 minutes'],
  ['recoveryBudget', 60, 'a minute'],
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
      stopHold: agentConfig.stop.holdSeconds,
      shutdownGrace: agentConfig.stop.graceSeconds,
      forceReadyLimit: agentConfig.forceReadyLimitSeconds,
      recoveryBudget: kafka.startupProbe.failureThreshold * kafka.startupProbe.periodSeconds,
    }).toHaveProperty(property, least);
  });
});

test.each<[string, number]>([
  ['forceReadyLimit', 299],
  ['recoveryBudget', 59],
])('%s of %i s is too short for anything', (property, seconds) => {
  expect(messageOf(() => brokersWith({ [property]: Duration.seconds(seconds) }))).toContain(
    `${property} of map 'streams' is ${seconds} s; give it`,
  );
});

test('warns of less time than Kafka takes to stop', () => {
  const warnings = collectWarnings();
  brokersWith({ shutdownGrace: Duration.minutes(4) });
  brokersWith({ shutdownGrace: Duration.minutes(5) });
  expect(warnings).toEqual([
    "cdk8s-kafka: warning: shutdownGrace of map 'streams' is 240 s, and Kafka's own shutdown can take 300 s: a broker that is killed meanwhile checks its logs at the next start",
  ]);
});
