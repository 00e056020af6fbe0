/*
 * The topic list of another app, in a namespace of its own: `tsx test/e2e/charts/topics-of-team.ts TEAM [one|foreign]`.
 */
import { App, Chart } from 'cdk8s';
import { KafkaCluster, KafkaVersion, TopicConfigMap } from 'cdk8s-kafka';

const [team, variant = 'one'] = process.argv.slice(2);

const app = new App();
const chart = new Chart(app, team, { namespace: `kafka-topics-${team}` });
const cluster = KafkaCluster.fromAttributes(chart, 'Kafka', {
  clusterName: 'events',
  namespaceName: 'kafka-topics',
  version: KafkaVersion.V4_4,
});
const topic = { partitions: 2, replicationFactor: 3 };
new TopicConfigMap(chart, 'Topics', {
  cluster,
  configMapName: `${team}-topics`,
  topics: [
    { name: `main.${team}.orders`, ...topic },
    ...(variant === 'foreign' ? [{ name: `main.taken-by-${team}`, ...topic }] : []),
  ],
});
app.synth();
