import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { Server, createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATHS } from '../../../lib/seam/agent-config';
import { ObjectStore } from './object-store';
import { throwawayCertificate } from './throwaway-certificate';

/** Received request. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Fake API server with TLS. Clients find it by the files and environment variables of a pod. */
export class ApiServer {
  /** Received requests, newest last. */
  readonly received: Received[] = [];
  private answer: (received: Received) => { status: number; body: string } = () => ({
    status: 200,
    body: '{}',
  });

  private constructor(
    private readonly server: Server,
    /** Folder of the token and the CA certificate. */
    readonly folder: string,
  ) {}

  /** Starts a server and sets the environment of this process as in a pod. */
  static async start(): Promise<ApiServer> {
    const identity = throwawayCertificate();
    const folder = await mkdtemp(join(tmpdir(), 'service-account-'));
    await writeFile(join(folder, 'token'), 'secret-token\n');
    await writeFile(join(folder, 'ca.crt'), identity.cert);
    const server = createServer(identity);
    const api = new ApiServer(server, folder);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const received = { method, path: url, headers, body: Buffer.concat(parts).toString() };
        api.received.push(received);
        const { status, body } = api.answer(received);
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // The compiler sees a constant.
    jest.replaceProperty(PATHS, 'serviceAccount', folder as typeof PATHS.serviceAccount);
    process.env.KUBERNETES_SERVICE_HOST = '127.0.0.1';
    process.env.KUBERNETES_SERVICE_PORT = String((server.address() as AddressInfo).port);
    return api;
  }

  /** Sets the response to the next requests. */
  answers(status: number, body: object | string): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.answer = () => ({ status, body: text });
  }

  /** Serves the next requests from stored objects. */
  serves(store: ObjectStore): void {
    this.answer = ({ method, path, headers, body }) =>
      store.answer(
        method,
        path,
        body === '' ? undefined : { type: headers['content-type']!, body: JSON.parse(body) },
      );
  }

  /** Stops listening. The environment stays. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Stops listening and restores the environment. */
  async dispose(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true });
    delete process.env.KUBERNETES_SERVICE_HOST;
    delete process.env.KUBERNETES_SERVICE_PORT;
    jest.restoreAllMocks();
  }
}
