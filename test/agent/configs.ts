import {
  BrokerConfig,
  ControllerConfig,
  TopicSyncConfig,
  ZookeeperConfig,
} from '../../lib/seam/agent-config';

const SERVER = {
  clusterName: 'events',
  namespace: 'prod',
  clusterId: 'q1Sh-9_ISia_zwGINzRvyQ',
  disks: [{ claim: 'data-0', mountPath: '/data/0', logDir: '/data/0/kafka' }],
  certificates: [],
  maxForceSeconds: 14_400,
};

const STOP = {
  preStopTimeoutSeconds: 1200,
  shutdownGracePeriodSeconds: 600,
  atRiskTopics: 'allow',
} as const;

/** agent.json of a broker of map `streams` with ids 1001 to 1003. */
export function brokerConfig(change: Partial<BrokerConfig> = {}): BrokerConfig {
  return {
    ...SERVER,
    role: 'broker',
    mapName: 'streams',
    statefulSet: 'events-streams',
    headlessServiceHost: 'events-brokers.prod.svc.cluster.local',
    ledgerConfigMap: 'events-streams-ledger',
    stop: STOP,
    metadataMode: 'kraft',
    zoneLabel: 'topology.kubernetes.io/zone',
    brokerIds: { first: 1001, last: 1003 },
    sessionTimeoutMs: 9_000,
    internalListener: { name: 'INTERNAL', port: 9091 },
    advertisedListeners: [
      { name: 'INTERNAL', port: 9091 },
      { name: 'CLIENT', port: 9092 },
    ],
    ...change,
  };
}

/** agent.json of a controller with ids 3001 to 3003. */
export function controllerConfig(change: Partial<ControllerConfig> = {}): ControllerConfig {
  const serviceHost = 'events-controllers.prod.svc.cluster.local';
  return {
    ...SERVER,
    role: 'controller',
    statefulSet: 'events-controller',
    headlessServiceHost: serviceHost,
    ledgerConfigMap: 'events-controller-ledger',
    stop: STOP,
    listener: { name: 'CONTROLLER', port: 9093 },
    voters: [3001, 3002, 3003].map((id) => ({ id, host: `events-controller-${id}.${serviceHost}` })),
    quorumKind: 'dynamic',
    ...change,
  };
}

/** agent.json of a ZooKeeper server with ids 1 to 3. */
export function zookeeperConfig(change: Partial<ZookeeperConfig> = {}): ZookeeperConfig {
  const serviceHost = 'events-zookeeper.prod.svc.cluster.local';
  return {
    ...SERVER,
    role: 'zookeeper',
    statefulSet: 'events-zookeeper',
    headlessServiceHost: serviceHost,
    ledgerConfigMap: 'events-zookeeper-ledger',
    stop: STOP,
    listener: { name: 'CLIENT', port: 2182 },
    electionListener: { name: 'ELECTION', port: 3888 },
    servers: [1, 2, 3].map((id) => ({ id, host: `events-zookeeper-${id}.${serviceHost}` })),
    ...change,
  };
}

/** agent.json of the topic synchronization. */
export function topicSyncConfig(change: Partial<TopicSyncConfig> = {}): TopicSyncConfig {
  return {
    role: 'topics',
    clusterName: 'events',
    namespace: 'prod',
    bootstrapHost: 'events-brokers.prod.svc.cluster.local',
    internalListener: { name: 'INTERNAL', port: 9091 },
    maps: [{ name: 'streams', patterns: ['events.*'], brokerIds: { first: 1001, last: 1003 } }],
    lists: [{ namespace: 'prod', configMapName: 'topics' }],
    cronJob: 'events-topics',
    statusConfigMap: 'events-topics-status',
    drift: {
      settings: 'correct',
      undeclaredSettings: 'report',
      partitions: 'correct',
      undeclaredTopics: 'ignore',
    },
    brokerWaitTimeoutSeconds: 0,
    ...change,
  };
}
