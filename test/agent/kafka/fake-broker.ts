/*
 * Just enough of a Kafka broker to be asked for its versions, for Metadata without topics, and to be told to reload.
 */
import { AddressInfo, Server, Socket, createServer } from 'node:net';
import { TlsOptions, createServer as createTlsServer } from 'node:tls';

const API_VERSIONS = 18;
const METADATA = 3;
const INCREMENTAL_ALTER_CONFIGS = 44;

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
  /** How many requests it was sent. */
  requests = 0;
  /** Error code of the answer to the next alterations. */
  alterationCode = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly server: Server,
    private readonly host: string,
  ) {}

  /** Starts one; plaintext without `tls`. */
  static async start(tls?: TlsOptions, host = 'localhost'): Promise<FakeBroker> {
    const serve = (socket: Socket) => broker.serve(socket);
    const server = tls ? createTlsServer(tls, serve) : createServer(serve);
    const broker = new FakeBroker(server, host);
    server.on('connection', (socket) => broker.sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return broker;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections that there are. */
  dropConnections(): void {
    this.sockets.forEach((socket) => socket.destroy());
  }

  async stop(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 4 && received.readInt32BE(0) > MAX_REQUEST) {
        socket.destroy();
        return;
      }
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const request = received.subarray(4, 4 + received.readInt32BE(0));
        received = received.subarray(4 + request.length);
        this.requests += 1;
        const answer = this.answer(request);
        socket.write(Buffer.concat([int32(answer.length), answer]));
      }
    });
  }

  private answer(request: Buffer): Buffer {
    const correlationId = request.subarray(4, 8);
    // After the header: api, version, correlation, client id with its length, no tags.
    const body = request.subarray(10 + request.readInt16BE(8) + 1);
    switch (request.readInt16BE(0)) {
      case API_VERSIONS: {
        const apis = [API_VERSIONS, METADATA, INCREMENTAL_ALTER_CONFIGS];
        return Buffer.concat([
          correlationId,
          int16(0),
          Buffer.of(apis.length + 1),
          ...apis.map((api) => Buffer.concat([int16(api), int16(0), int16(99), NO_TAGS])),
          int32(0),
          NO_TAGS,
        ]);
      }
      case METADATA:
        return Buffer.concat([
          correlationId,
          NO_TAGS,
          int32(0),
          Buffer.of(2),
          Buffer.concat([int32(1001), text(this.host), int32(this.port), NULL, NO_TAGS]),
          NULL,
          int32(1001),
          Buffer.of(1),
          NO_TAGS,
        ]);
      case INCREMENTAL_ALTER_CONFIGS:
        this.remember(body);
        return Buffer.concat([
          correlationId,
          NO_TAGS,
          int32(0),
          Buffer.of(2),
          Buffer.concat([int16(this.alterationCode), text('because'), Buffer.of(4), text('1001'), NO_TAGS]),
          NO_TAGS,
        ]);
      default:
        throw new Error(`API ${request.readInt16BE(0)} is not part of this broker`);
    }
  }

  /** One resource with one setting. */
  private remember(body: Buffer): void {
    const nameLength = body[2] - 1;
    const at = 3 + nameLength + 1;
    const settingLength = body[at] - 1;
    this.alterations.push({
      resourceType: body[1],
      resourceName: body.subarray(3, 3 + nameLength).toString(),
      setting: body.subarray(at + 1, at + 1 + settingLength).toString(),
      operation: body[at + 1 + settingLength],
    });
  }
}

/** Kafka closes the connection when a request claims to be larger; the first bytes of TLS do. */
const MAX_REQUEST = 104_857_600;

const NO_TAGS = Buffer.of(0);
const NULL = Buffer.of(0);

function int16(value: number): Buffer {
  return Buffer.of((value >> 8) & 0xff, value & 0xff);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(value.length + 1), Buffer.from(value)]);
}
