/*
 * Expectations of a group of checks, and the state that they share.
 */
import { KafkaTools } from './kafka/tools';
import { Acknowledged } from './kafka/records';
import { Manifest } from './setup/manifest';

/** Expectations of a map. */
export interface ExpectedMap {
  readonly name: string;
  readonly statefulSet: string;
  readonly brokerIds: readonly number[];
  /** Disks of each broker; one if absent. */
  readonly disks?: number;
  /** Label of the map's nodes only. */
  readonly nodeLabel: { readonly key: string; readonly value: string };
}

/** Expectations of an example. They do not use its code. */
export interface Expectations {
  /** The app to synthesize: a program with its arguments. */
  readonly program: string;
  readonly namespace: string;
  readonly clusterName: string;
  readonly zones: number;
  readonly maps: readonly ExpectedMap[];
  /** Pods of controllers or ZooKeeper. */
  readonly metadataPods: readonly string[];
  /** Kafka's internal topics, which must be on the first map. */
  readonly internalTopics: readonly string[];
  /** Partitions of each of them. */
  readonly internalPartitions: number;
  /** A client that the example declares. The tests connect as this client. */
  readonly client: string;
  /** File with the key and the certificate of a client; the one of the built-in issuer if absent. */
  readonly clientKeyStore?: string;
  /** Secret for the internal listener; the one of the client if absent. */
  readonly internalSecret?: string;
  /** Node label for test clients, if other nodes are drained or lost; all nodes if absent. */
  readonly testNodes?: Readonly<Record<string, string>>;
  /** Topics of the first map to send records to. */
  readonly topics: { readonly plain: string; readonly transactional: string };
}

/** A broker and its map. */
export interface ExpectedBroker {
  readonly id: number;
  readonly pod: string;
  readonly map: ExpectedMap;
}

/** Input and shared state of checks. */
export interface World {
  readonly expectations: Expectations;
  readonly manifest: Manifest;
  readonly tools: KafkaTools;
  /** Records that Kafka has acknowledged so far. They must be read back. */
  readonly acknowledged: Acknowledged[];
}

/** Identity of the declared client: labels of its pods, and the Secret with its certificate. */
export function clientIdentity({ client, clusterName }: Expectations): {
  readonly labels: Readonly<Record<string, string>>;
  readonly secret: string;
} {
  return { labels: { 'app.kubernetes.io/name': client }, secret: `${clusterName}-client-${client}` };
}

/** The brokers of an example. */
export function brokersOf({ maps }: Expectations): ExpectedBroker[] {
  return maps.flatMap((map) => map.brokerIds.map((id) => ({ id, pod: `${map.statefulSet}-${id}`, map })));
}
