import { Chart, Cron, JsonPatch, Size } from 'cdk8s';
import {
  NodeIds,
  ServerStorage,
  CertRotation,
  CertificateIssuer,
  ControllerQuorum,
  InstanceType,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  NetworkPeer,
  NodeGroup,
  NodeTaint,
  TaintEffect,
  TopicConfigMap,
  TopicSyncCronJob,
} from 'cdk8s-kafka';
import { Cpu, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { TOPICS } from './topics';

/** Three hundred brokers in three maps, each on the machines that suit its topics. */
export class ProductionChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka' });

    const taints: NodeTaint[] = [{ key: 'dedicated', value: 'kafka', effect: TaintEffect.NO_SCHEDULE }];
    const storageClassName = 'local-nvme';
    // Above everything that runs by default, below what the cluster itself needs.
    const priority = new k8s.KubePriorityClass(this, 'Priority', {
      metadata: { name: 'kafka' },
      value: 1_000_000,
      description: 'Kafka: brokers give way to nothing that could run elsewhere',
    });
    // It belongs to no namespace, and the chart gives everything its own.
    priority.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    const priorityClassName = priority.name;
    const controllers = NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'controllers' }, { taints });
    const identity = { clusterName: 'platform', version: KafkaVersion.V4_4 };

    const kafka = new KafkaCluster(this, 'Kafka', {
      ...identity,
      metadata: new ControllerQuorum(this, 'Controllers', {
        ...identity,
        nodeGroup: controllers,
        storage: ServerStorage.localVolume({ storageClassName, size: Size.gibibytes(100) }),
        cpu: Cpu.units(3),
        memory: Size.gibibytes(12),
        heap: Size.gibibytes(5),
        priorityClassName,
      }),
      internalTopics: { mapName: 'streams' },
      clients: [
        {
          clientName: 'collector',
          from: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'collector' })],
        },
        {
          clientName: 'checker',
          from: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'checks' })],
        },
      ],
      metricsScrapers: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'monitoring' })],
    });

    // High throughput, read soon after it is written.
    new KafkaMap(this, 'Streams', {
      cluster: kafka,
      mapName: 'streams',
      topics: ['streams\\..*'],
      brokerIds: NodeIds.range(1001, 1150),
      nodeGroup: NodeGroup.ofInstanceType(InstanceType.I3EN_XLARGE, { taints }),
      storage: ServerStorage.instanceStore(InstanceType.I3EN_XLARGE, { storageClassName }),
      priorityClassName,
    });

    // Low latency for many small topics.
    new KafkaMap(this, 'Checks', {
      cluster: kafka,
      mapName: 'checks',
      topics: ['checks\\..*'],
      brokerIds: NodeIds.range(2001, 2090),
      nodeGroup: NodeGroup.ofInstanceType(InstanceType.IM4GN_2XLARGE, { taints }),
      storage: ServerStorage.instanceStore(InstanceType.IM4GN_2XLARGE, { storageClassName }),
      priorityClassName,
    });

    // Kept for a long time, on hard disks.
    new KafkaMap(this, 'Archive', {
      cluster: kafka,
      mapName: 'archive',
      topics: ['archive\\..*'],
      brokerIds: NodeIds.range(3001, 3060),
      nodeGroup: NodeGroup.ofInstanceType(InstanceType.D3_XLARGE, { taints }),
      storage: ServerStorage.instanceStore(InstanceType.D3_XLARGE, { storageClassName }),
      priorityClassName,
    });

    new CertRotation(this, 'Certificates', {
      cluster: kafka,
      issuer: CertificateIssuer.builtIn(),
      nodeGroup: controllers,
    });

    new TopicSyncCronJob(this, 'Topics', {
      cluster: kafka,
      topics: new TopicConfigMap(this, 'TopicList', { topics: TOPICS }),
      schedule: Cron.schedule({ minute: '*/10' }),
    });
  }
}
