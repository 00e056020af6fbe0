import { KafkaServer } from '../../test/support/kafka-server';
import { caughtUpQuorum, startBrokers } from './broker';
import { SimulatedCluster, healthyCluster, logDirOf, withLaggingBroker } from './cluster';
import { MetadataResponses } from './responses';

const PARTITIONS_PER_BROKER = 4;
const FIRST_ID = 1001;

function clusterOf(ports: readonly number[], partitions: number): SimulatedCluster {
  return healthyCluster({
    ports,
    partitions,
    partitionsPerTopic: 12,
    replicationFactor: Math.min(3, ports.length),
  });
}

/** Size of a response with all metadata of a cluster. */
export function metadataBytes(brokers: number, partitions: number): number {
  const ports = Array.from({ length: brokers }, () => 9091);
  return sizeOf(new MetadataResponses(clusterOf(ports, partitions)));
}

function sizeOf(metadata: MetadataResponses): number {
  return metadata.response(null).reduce((sum, { length }) => sum + length, 0);
}

/** A simulated cluster that counts requests. Broker ids start at 1001. */
export class CountingCluster {
  /** Requests for all metadata, by broker. */
  readonly requests: number[] = [];
  /** Descriptions of the quorum. */
  quorumRequests = 0;
  private readonly servers: KafkaServer[] = [];
  private healthy = clusterOf([], 0);
  private readonly metadata = new MetadataResponses(this.healthy);

  /** Starts the brokers on free ports. */
  static async start(brokers: number): Promise<CountingCluster> {
    const cluster = new CountingCluster();
    for (let index = 0; index < brokers; index++) {
      await cluster.addBroker(index);
    }
    cluster.healthy = clusterOf(cluster.ports, brokers * PARTITIONS_PER_BROKER);
    cluster.metadata.setCluster(cluster.healthy);
    cluster.resetCounts();
    return cluster;
  }

  get ports(): readonly number[] {
    return this.servers.map(({ port }) => port);
  }

  /** Size of a response with all metadata. */
  get bytes(): number {
    return sizeOf(this.metadata);
  }

  /** Removes a broker from the ISR of a partition in each odd change, and adds it in the next one. */
  change(nth: number): void {
    const id = FIRST_ID + (nth % this.servers.length);
    this.metadata.setCluster(nth % 2 === 0 ? this.healthy : withLaggingBroker(this.healthy, id, 1));
  }

  resetCounts(): void {
    this.requests.fill(0, 0);
    this.quorumRequests = 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  private async addBroker(index: number): Promise<void> {
    this.requests[index] = 0;
    const response = (names: readonly string[] | null) => {
      this.requests[index] += Number(names === null);
      return this.metadata.response(names);
    };
    const quorum = () => {
      this.quorumRequests++;
      return caughtUpQuorum(this.healthy);
    };
    const logDirs = () => [logDirOf(this.healthy, FIRST_ID + index)];
    this.servers.push(...(await startBrokers([0], { response }, { quorum, logDirs })));
  }
}
