/* Times of a broker that Kubernetes could not count. */
import { Duration } from 'cdk8s';
import { newBrokers, newCluster } from '../support/cases';
import { messageOf, newChart } from '../support/testing';

const brokersWith = (props: Parameters<typeof newBrokers>[1]) => newBrokers(newCluster(newChart()), props);

describe.each(['stopHold', 'shutdownGrace', 'forceReadyLimit', 'recoveryBudget'])('%s', (property) => {
  test.each([0, 999])('fails when it is %i ms', (milliseconds) => {
    expect(messageOf(() => brokersWith({ [property]: Duration.millis(milliseconds) }))).toBe(
      `${property} of map 'streams' is ${milliseconds} ms; give it a second or more`,
    );
  });

  test('may be one second', () => {
    const { configMap, statefulSet } = brokersWith({ [property]: Duration.seconds(1) });
    const agentConfig = JSON.parse(configMap.toJson().data['agent.json']);
    const [kafka] = statefulSet.toJson().spec.template.spec.containers;

    expect({
      stopHold: agentConfig.stop.holdSeconds,
      shutdownGrace: agentConfig.stop.graceSeconds,
      forceReadyLimit: agentConfig.forceReadyLimitSeconds,
      recoveryBudget: kafka.startupProbe.failureThreshold,
    }).toHaveProperty(property, 1);
  });
});
