import { ServerProps, ZookeeperEnsemble } from '../../lib';
import { newBrokers, newCluster } from './cases';
import { newChart, serverParts } from './testing';

/** A construct that runs servers. */
export type Server = Parameters<typeof serverParts>[0];

/** The kinds of servers, and functions that define them. */
export const SERVERS: [kind: string, define: (props?: ServerProps) => Server][] = [
  ['brokers', (props) => newBrokers(newCluster(newChart()), props)],
  ['controllers', (controllers) => newCluster(newChart(), { controllers }).controllers!],
  ['ZooKeeper servers', (props) => new ZookeeperEnsemble(newChart(), 'Zookeeper', props)],
];
/** Names of the servers in messages. */
export const OWNERS: Record<string, string> = {
  brokers: "brokers 'streams'",
  controllers: "the controllers of cluster 'events'",
  'ZooKeeper servers': "ZooKeeper ensemble 'zookeeper'",
};
