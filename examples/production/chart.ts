import { Chart, Cron, JsonPatch, Size } from 'cdk8s';
import {
  CertRotation,
  CertificateIssuer,
  InstanceType,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  NetworkPeer,
  NodeGroup,
  NodeIds,
  NodeTaint,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
} from 'cdk8s-kafka';
import { Cpu, TaintEffect, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { TOPICS } from './topics';

/** Three hundred brokers in three maps, each on the instance type that suits its topics. */
export class ProductionChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka' });

    const taints: NodeTaint[] = [{ key: 'dedicated', value: 'kafka', effect: TaintEffect.NO_SCHEDULE }];
    const storageClassName = 'local-nvme';
    // Above the default priority 0, below the system-cluster-critical class.
    const priority = new k8s.KubePriorityClass(this, 'Priority', {
      metadata: { name: 'kafka' },
      value: 1_000_000,
      description: 'Kafka: brokers are not preempted by pods that can run on other nodes',
    });
    // The class is cluster-scoped, but cdk8s adds the namespace of the chart to every object.
    priority.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    const controllerNodes = NodeGroup.labeled({ 'cdk8s-kafka.io/node-group': 'controllers' }, { taints });

    const kafka = new KafkaCluster(this, 'Kafka', {
      clusterName: 'platform',
      version: KafkaVersion.V4_4,
      controllers: {
        nodeGroup: controllerNodes,
        storage: ServerStorage.localVolume({ storageClassName, size: Size.gibibytes(100) }),
        cpu: Cpu.units(3),
        memory: Size.gibibytes(12),
        heap: Size.gibibytes(5),
        priorityClassName: priority.name,
      },
      internalTopics: { mapName: 'streams' },
      // Without an authorizer every client could read, change and delete everything.
      config: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:admin',
      },
      clients: [
        { clientName: 'admin' },
        {
          clientName: 'collector',
          peers: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'collector' })],
        },
        {
          clientName: 'checker',
          peers: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'checks' })],
        },
      ],
      metricsScrapers: [NetworkPeer.namespaces({ 'kubernetes.io/metadata.name': 'monitoring' })],
    });

    // High throughput; consumers read records soon after they are written.
    new KafkaMap(this, 'Streams', {
      cluster: kafka,
      mapName: 'streams',
      topicPatterns: ['streams\\..*'],
      brokerIds: NodeIds.between(1001, 1150),
      nodeGroup: NodeGroup.ofInstanceType(InstanceType.I3EN_XLARGE, { taints }),
      storage: ServerStorage.instanceStore(InstanceType.I3EN_XLARGE, { storageClassName }),
      priorityClassName: priority.name,
    });

    // Many small topics that need low latency.
    new KafkaMap(this, 'Checks', {
      cluster: kafka,
      mapName: 'checks',
      topicPatterns: ['checks\\..*'],
      brokerIds: NodeIds.between(2001, 2090),
      nodeGroup: NodeGroup.ofInstanceType(InstanceType.IM4GN_2XLARGE, { taints }),
      storage: ServerStorage.instanceStore(InstanceType.IM4GN_2XLARGE, { storageClassName }),
      priorityClassName: priority.name,
    });

    // Long retention, on hard disks.
    new KafkaMap(this, 'Archive', {
      cluster: kafka,
      mapName: 'archive',
      topicPatterns: ['archive\\..*'],
      brokerIds: NodeIds.between(3001, 3060),
      nodeGroup: NodeGroup.ofInstanceType(InstanceType.D3_XLARGE, { taints }),
      storage: ServerStorage.instanceStore(InstanceType.D3_XLARGE, { storageClassName }),
      priorityClassName: priority.name,
    });

    new CertRotation(this, 'Certificates', {
      cluster: kafka,
      issuer: CertificateIssuer.builtIn(),
      nodeGroup: controllerNodes,
      // Needs Kubernetes 1.30.
      admissionPolicy: true,
    });

    new TopicSyncCronJob(this, 'Topics', {
      cluster: kafka,
      topics: [new TopicConfigMap(this, 'TopicList', { cluster: kafka, topics: TOPICS })],
      schedule: Cron.schedule({ minute: '*/10' }),
    });
  }
}
