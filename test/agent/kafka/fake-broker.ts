/*
 * Just enough of a Kafka broker to be asked for its versions, for Metadata without topics, and to be told to reload.
 */
import { Server } from 'node:net';
import { TlsOptions } from 'node:tls';
import { KafkaBytes, KafkaRequestBody } from '../../support/kafka-bytes';
import { KafkaServer } from '../../support/kafka-server';

const METADATA = 3;
const INCREMENTAL_ALTER_CONFIGS = 44;
const ANY_VERSION = [0, 99] as const;

/** What it is asked to change about itself. */
export interface Alteration {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly setting: string;
  readonly operation: number;
}

/** A broker on a port of its own. */
export class FakeBroker {
  readonly alterations: Alteration[] = [];
  /** Error code of the answer to the next alterations. */
  alterationCode = 0;
  private kafka!: KafkaServer;

  private constructor(private readonly host: string) {}

  /** Starts one; plaintext without `tls`. */
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

  /** How many requests it was sent. */
  get requests(): number {
    return this.kafka.requests;
  }

  /** Ends all connections that there are. */
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

  /** One resource with one setting. */
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
