/*
 * A server that implements ApiVersions, Metadata without topics, and IncrementalAlterConfigs.
 */
import { Server } from 'node:net';
import { TlsOptions } from 'node:tls';
import { KafkaBytes, KafkaRequestBody } from '../../support/kafka-bytes';
import { KafkaServer } from '../../support/kafka-server';

const METADATA = 3;
const INCREMENTAL_ALTER_CONFIGS = 44;
const ANY_VERSION = [0, 99] as const;

/** A received change of a setting. */
export interface Alteration {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly setting: string;
  readonly operation: number;
}

/** A broker on a free port. */
export class FakeBroker {
  readonly alterations: Alteration[] = [];
  /** Error code of the next responses to IncrementalAlterConfigs. */
  alterationCode = 0;
  private kafka!: KafkaServer;

  private constructor(private readonly host: string) {}

  /** Starts a broker; plaintext without `tls`. */
  static async start(tls?: TlsOptions, host = 'localhost'): Promise<FakeBroker> {
    const broker = new FakeBroker(host);
    broker.kafka = await KafkaServer.start(
      [
        { key: METADATA, versions: ANY_VERSION, answer: () => broker.metadata() },
        {
          key: INCREMENTAL_ALTER_CONFIGS,
          versions: ANY_VERSION,
          answer: (request) => broker.alter(request),
        },
      ],
      tls,
    );
    return broker;
  }

  get port(): number {
    return this.kafka.port;
  }

  get server(): Server {
    return this.kafka.server;
  }

  /** Number of received requests. */
  get requests(): number {
    return this.kafka.requests;
  }

  /** Closes all connections. */
  dropConnections(): void {
    this.kafka.dropConnections();
  }

  async stop(): Promise<void> {
    await this.kafka.stop();
  }

  private metadata(): Buffer {
    const bytes = new KafkaBytes().int32(0);
    return bytes
      .list([1001], (id) => bytes.int32(id).text(this.host).int32(this.port).text(null))
      .text(null)
      .int32(1001)
      .list([], () => undefined)
      .noTags().bytes;
  }

  /** Answers with one resource. */
  private alter(request: KafkaRequestBody): Buffer {
    request.list(() => {
      const resourceType = request.int8();
      const resourceName = request.text() ?? '';
      request.list(() => {
        const setting = request.text() ?? '';
        const operation = request.int8();
        request.text();
        this.alterations.push({ resourceType, resourceName, setting, operation });
      });
    });
    const bytes = new KafkaBytes().int32(0);
    return bytes
      .list([1001], (id) => bytes.int16(this.alterationCode).text('because').int8(4).text(String(id)))
      .noTags().bytes;
  }
}
