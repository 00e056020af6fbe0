/*
 * A listener that reloads its stores like the inter-broker listener of Kafka: the CAs in use must trust the new
 * certificate, and the new CAs must trust the certificate in use. Otherwise nothing changes, without an error.
 */
import { readFileSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { Server, createServer } from 'node:tls';
import { untrustedReason } from '../../../agent/certificates/chain';
import { Stores, parseStores } from '../../../agent/certificates/validation';

/** Reaction to a reload request. */
export type Reaction = 'reloads' | 'ignores' | 'fails';

/** A listener of a broker. */
export class ReloadingServer {
  reaction: Reaction = 'reloads';
  /** Number of reload requests. */
  reloads = 0;
  /** Loaded stores in order: issuer of the certificate and subjects of the CAs. */
  readonly history: string[] = [];
  private inUse!: Stores;
  private server?: Server;

  constructor(
    private readonly folder: string,
    public validatesReloads = true,
  ) {}

  /** Reads the stores, as Kafka does at its start. */
  load(): void {
    this.use(this.read());
  }

  /** Opens the port with the stores that were read last. */
  async listen(port = 0): Promise<number> {
    this.server = createServer({ ...this.context(), requestCert: true, rejectUnauthorized: true }, (socket) =>
      socket.on('error', () => undefined).end(),
    );
    await new Promise<void>((resolve) => this.server!.listen(port, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
    this.server = undefined;
  }

  async reload(): Promise<void> {
    this.reloads += 1;
    if (this.reaction === 'fails') {
      throw new Error('reload failed');
    }
    if (this.reaction === 'reloads') {
      const next = this.read();
      if (!this.validatesReloads || (trusts(this.inUse, next) && trusts(next, this.inUse))) {
        this.use(next);
        this.server?.setSecureContext(this.context());
      }
    }
  }

  get serial(): string {
    return this.inUse.keyEntry!.chain[0].serialNumber;
  }

  private read(): Stores {
    const [keyStore, trustStore] = ['keystore.pem', 'truststore.pem'].map((file) =>
      readFileSync(`${this.folder}/${file}`, 'utf8'),
    );
    return parseStores({ keyStore, trustStore });
  }

  private use(stores: Stores): void {
    this.inUse = stores;
    const trusted = stores.trusted.map(({ subject }) => subject.slice(3)).sort();
    this.history.push(`${stores.keyEntry!.chain[0].issuer.slice(3)} | ${trusted.join(' ')}`);
  }

  private context() {
    const { keyEntry, trusted } = this.inUse;
    return {
      key: keyEntry!.key.export({ type: 'pkcs8', format: 'pem' }),
      cert: keyEntry!.chain.map(String).join('\n'),
      ca: trusted.map(String),
    };
  }
}

function trusts(one: Stores, other: Stores): boolean {
  return untrustedReason(other.keyEntry!.chain, one.trusted, Date.now()) === undefined;
}
