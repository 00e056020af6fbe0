/*
 * Expectations of a group of checks, and the state that they share.
 */
import { KafkaTools } from './kafka/tools';
import { Acknowledged } from './kafka/records';
import { Manifest } from './setup/manifest';

/** Expectations of a map. */
export interface MapOutcome {
  readonly name: string;
  readonly statefulSet: string;
  readonly brokerIds: readonly number[];
  /** Label that the map's nodes have, and others have not. */
  readonly nodeLabel: { readonly key: string; readonly value: string };
}

/** Expectations of an example, written independently of it. */
export interface Outcome {
  /** The app to synthesize: a program with its arguments. */
  readonly program: string;
  readonly namespace: string;
  readonly clusterName: string;
  readonly zones: number;
  readonly maps: readonly MapOutcome[];
  /** Pods that keep the metadata of the cluster. */
  readonly metadataPods: readonly string[];
  /** Kafka's own topics, which belong on the first map. */
  readonly internalTopics: readonly string[];
  /** Partitions of each of them. */
  readonly internalPartitions: number;
  /** A client that is declared in the example: the tests come as this one. */
  readonly client: string;
  /** File with the key and the certificate of a client, as its issuer writes it; that of the built-in one if absent. */
  readonly clientKeyStore?: string;
  /** Secret of what may use the listener between brokers; that of the client if absent. */
  readonly internalSecret?: string;
  /** Label of nodes that clients of the tests keep to, where others are drained or lost; anywhere if absent. */
  readonly testNodes?: Readonly<Record<string, string>>;
  /** Topics of the first map to send records to. */
  readonly topics: { readonly plain: string; readonly transactional: string };
}

/** A broker and where it belongs. */
export interface BrokerOutcome {
  readonly id: number;
  readonly pod: string;
  readonly map: MapOutcome;
}

/** Everything that checks need. */
export interface World {
  readonly outcome: Outcome;
  readonly manifest: Manifest;
  readonly tools: KafkaTools;
  /** Records that Kafka has acknowledged so far; whoever reads the topic must find them. */
  readonly acknowledged: Acknowledged[];
}

/** Identity of the declared client: labels of its pods, and the Secret with its certificate. */
export function clientIdentity({ client, clusterName }: Outcome): {
  readonly labels: Readonly<Record<string, string>>;
  readonly secret: string;
} {
  return { labels: { 'app.kubernetes.io/name': client }, secret: `${clusterName}-client-${client}` };
}

/** The brokers of an example. */
export function brokersOf({ maps }: Outcome): BrokerOutcome[] {
  return maps.flatMap((map) => map.brokerIds.map((id) => ({ id, pod: `${map.statefulSet}-${id}`, map })));
}
