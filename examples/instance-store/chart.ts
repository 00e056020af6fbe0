import { ApiObject, Chart } from 'cdk8s';
import {
  BrokerRecovery,
  CertRotation,
  CertificateIssuer,
  InstanceType,
  KafkaCluster,
  KafkaMap,
  KafkaVersion,
  LocalVolumes,
  LocalVolumeSource,
  NodeGroup,
  NodeIds,
  NodeTaint,
  ServerStorage,
  TopicConfigMap,
  TopicSyncCronJob,
} from 'cdk8s-kafka';
import { TaintEffect } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

const INSTANCE_TYPE = InstanceType.I3EN_2XLARGE;
const STORAGE_CLASS = 'instance-store';
/** Folder in which nodeadm mounts the disks, each in a folder of its own. */
const DISKS = '/mnt/k8s-disks';
const TAINT: NodeTaint = { key: 'dedicated', value: 'kafka', effect: TaintEffect.NO_SCHEDULE };

const nodeGroup = NodeGroup.ofInstanceType(INSTANCE_TYPE, { taints: [TAINT] });

/** Nodes that Karpenter starts for pods of brokers. */
export class NodesChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const name = 'kafka';

    new ApiObject(this, 'NodeClass', {
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      metadata: { name },
      spec: {
        amiSelectorTerms: [{ alias: 'al2023@v20260814' }],
        role: 'KafkaNode',
        subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'platform' } }],
        securityGroupSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'platform' } }],
        // Each disk gets a file system of its own. With instanceStorePolicy RAID0 they would be ephemeral storage of the node.
        userData: [
          'apiVersion: node.eks.aws/v1alpha1',
          'kind: NodeConfig',
          'spec:',
          '  instance:',
          '    localStorage:',
          '      strategy: Mount',
          `      mountPath: ${DISKS}`,
        ].join('\n'),
      },
    });

    new ApiObject(this, 'NodePool', {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name },
      spec: {
        template: {
          spec: {
            nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name },
            requirements: [
              { key: 'node.kubernetes.io/instance-type', operator: 'In', values: [INSTANCE_TYPE.name] },
              { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
            ],
            taints: [TAINT],
            // The data of a node is lost with it, so no node is replaced because of its age.
            expireAfter: 'Never',
          },
        },
        // Karpenter removes empty nodes. No node with a broker is consolidated or replaced because of a newer image.
        disruption: {
          consolidationPolicy: 'WhenEmpty',
          consolidateAfter: '1h',
          budgets: [{ nodes: '0', reasons: ['Underutilized', 'Drifted'] }, { nodes: '1' }],
        },
      },
    });
  }
}

/** The disks of these nodes as PersistentVolumes. The provisioner needs a namespace with the privileged Pod Security Standard. */
export class DisksChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'local-volumes' });
    new LocalVolumes(this, 'Disks', {
      storageClassName: STORAGE_CLASS,
      source: LocalVolumeSource.discovered({ nodeGroup, folder: DISKS }),
    });
  }
}

/** Brokers that start again on another node when theirs is gone. */
export class InstanceStoreChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'kafka' });

    const kafka = new KafkaCluster(this, 'Kafka', {
      clusterName: 'events',
      version: KafkaVersion.V4_4,
      clients: [{ clientName: 'shop' }],
    });

    new KafkaMap(this, 'Streams', {
      cluster: kafka,
      mapName: 'streams',
      topicPatterns: ['[^_].*'],
      brokerIds: NodeIds.between(1001, 1006),
      nodeGroup,
      storage: ServerStorage.instanceStore(INSTANCE_TYPE, { storageClassName: STORAGE_CLASS }),
    });

    new BrokerRecovery(this, 'Recovery', { cluster: kafka });

    new CertRotation(this, 'Certificates', { cluster: kafka, issuer: CertificateIssuer.builtIn() });

    const topics = new TopicConfigMap(this, 'TopicList', {
      cluster: kafka,
      topics: [{ name: 'clicks', partitions: 12, replicationFactor: 3 }],
    });
    new TopicSyncCronJob(this, 'Topics', { cluster: kafka, topics: [topics] });
  }
}
