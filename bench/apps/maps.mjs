// Synthesizes one cluster with the given number of maps and brokers: node maps.mjs <maps> <brokers per map> <output>
import { App, Chart, Size } from 'cdk8s';
import * as kafka from 'cdk8s-kafka';

const [maps, brokers, outdir] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const app = new App({ outdir });
const chart = new Chart(app, 'bench', { namespace: 'kafka' });
const cluster = new kafka.KafkaCluster(chart, 'Kafka', {
  clusterName: 'bench',
  version: kafka.KafkaVersion.V4_4,
});
new kafka.CertRotation(chart, 'Certificates', { cluster, issuer: kafka.CertificateIssuer.builtIn() });
for (let index = 0; index < maps; index++) {
  const first = 1000 + index * (brokers + 10);
  new kafka.KafkaMap(chart, `Map${index}`, {
    cluster,
    mapName: `map-${index}`,
    topicPatterns: [`team-${index}\\..*`],
    brokerIds: kafka.NodeIds.between(first, first + brokers - 1),
    nodeGroup: kafka.NodeGroup.labeled({ group: `map-${index}` }),
    storage: kafka.ServerStorage.localVolume({ storageClassName: 'local-nvme', size: Size.gibibytes(100) }),
  });
}
app.synth();
