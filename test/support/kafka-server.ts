/*
 * Kafka server for tests. The caller defines its APIs and their responses.
 */
import { AddressInfo, Server, Socket, createServer } from 'node:net';
import { TlsOptions, createServer as createTlsServer } from 'node:tls';
import { KafkaBytes, KafkaRequestBody } from './kafka-bytes';

/** An API that a server offers, in its flexible versions only. */
export interface KafkaApi {
  readonly key: number;
  readonly versions: readonly [least: number, most: number];
  /** Response body, in one or several parts. */
  readonly answer: (request: KafkaRequestBody) => Buffer | readonly Buffer[];
}

const API_VERSIONS = 18;

/** Kafka closes the connection after a larger length. The first bytes of TLS are such a length. */
const MAX_REQUEST = 104_857_600;

/** A Kafka server on a port. */
export class KafkaServer {
  /** Number of received requests. */
  requests = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly server: Server,
    private readonly apis: ReadonlyMap<number, KafkaApi>,
  ) {}

  /** Starts a server on 127.0.0.1: plaintext without `tls`, on a free port by default. */
  static async start(apis: readonly KafkaApi[], tls?: TlsOptions, port = 0): Promise<KafkaServer> {
    const serve = (socket: Socket) => one.serve(socket);
    const server = tls ? createTlsServer(tls, serve) : createServer(serve);
    const one = new KafkaServer(server, new Map(apis.map((api) => [api.key, api])));
    server.on('connection', (socket) => {
      one.sockets.add(socket);
      socket.once('close', () => one.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return one;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Closes all connections. */
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
      while (received.length >= 4) {
        const length = received.readInt32BE(0);
        if (length > MAX_REQUEST) {
          socket.destroy();
          return;
        }
        if (received.length < 4 + length) {
          return;
        }
        const request = received.subarray(4, 4 + length);
        received = received.subarray(4 + length);
        this.requests += 1;
        this.answer(request, socket);
      }
    });
  }

  private answer(request: Buffer, socket: Socket): void {
    const key = request.readInt16BE(0);
    const version = request.readInt16BE(2);
    const head = new KafkaBytes().int32(0).raw(request.subarray(4, 8));
    let body: readonly Buffer[];
    if (key === API_VERSIONS) {
      body = [this.versions()];
    } else {
      const api = this.apis.get(key);
      if (!api || version < api.versions[0] || version > api.versions[1]) {
        // Like Kafka, which reports the reason in its log only.
        socket.destroy();
        return;
      }
      head.noTags();
      // After the header: api, version, correlation, client id with its length, no tags.
      const answer = api.answer(new KafkaRequestBody(request.subarray(10 + request.readInt16BE(8) + 1)));
      body = Buffer.isBuffer(answer) ? [answer] : (answer as readonly Buffer[]);
    }
    const length = body.reduce((sum, part) => sum + part.length, head.bytes.length - 4);
    head.bytes.writeInt32BE(length, 0);
    socket.cork();
    [head.bytes, ...body].forEach((part) => socket.write(part));
    socket.uncork();
  }

  private versions(): Buffer {
    const offered = [{ key: API_VERSIONS, versions: [0, 4] as const }, ...this.apis.values()];
    const bytes = new KafkaBytes().int16(0);
    return bytes
      .list(offered, ({ key, versions: [least, most] }) => bytes.int16(key).int16(least).int16(most))
      .int32(0)
      .noTags().bytes;
  }
}
