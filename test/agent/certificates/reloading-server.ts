/*
 * A listener that takes over its stores as Kafka's listener between brokers does: a new certificate must be vouched for
 * by the CAs in use, and the one in use by the new CAs; else everything stays, without a word.
 */
import { readFileSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { Server, createServer } from 'node:tls';
import { untrustedReason } from '../../../agent/certificates/chain';
import { Stores, parseStores } from '../../../agent/certificates/validation';

/** What it does when it is told to read its stores again. */
export type Manner = 'obeys' | 'lies' | 'refuses';

/** A listener of a broker. */
export class ReloadingServer {
  manner: Manner = 'obeys';
  /** How often it was told. */
  reloads = 0;
  /** What it took over, in order: serial of the certificate and subjects of the CAs. */
  readonly history: string[] = [];
  private inUse!: Stores;
  private server?: Server;

  constructor(
    private readonly folder: string,
    public isPicky = true,
  ) {}

  /** Reads the stores, as Kafka does when it starts. */
  load(): void {
    this.use(this.read());
  }

  /** Opens its port; the stores are those that were read before. */
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
    if (this.manner === 'refuses') {
      throw new Error('it refuses');
    }
    if (this.manner === 'obeys') {
      const next = this.read();
      if (!this.isPicky || (trusts(this.inUse, next) && trusts(next, this.inUse))) {
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
    const { keyEntry: identity, trusted } = this.inUse;
    return {
      key: identity!.key.export({ type: 'pkcs8', format: 'pem' }),
      cert: identity!.chain.map(String).join('\n'),
      ca: trusted.map(String),
    };
  }
}

function trusts(one: Stores, other: Stores): boolean {
  return untrustedReason(other.keyEntry!.chain, one.trusted, Date.now()) === undefined;
}
