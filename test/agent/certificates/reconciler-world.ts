/* A reconciler with real files and a real TLS server whose reloads can fail. The clock is simulated. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from '../../../agent/runtime/prometheus';
import { Folder } from '../../../agent/certificates/folder';
import { CertificateReconciler } from '../../../agent/certificates/certificate-reconciler';
import { ManagedFolder } from '../../../agent/certificates/managed-folder';
import { handshake } from '../../../agent/certificates/handshake';
import { isListening } from '../../../agent/runtime/tcp-port';
import { CertificateMetrics } from '../../../agent/serve/certificate-metrics';
import { ReloadingServer } from './reloading-server';
import { Issued, TestAuthority } from './test-authority';

/** Host name of the server. */
export const HOST = 'events-streams-1001.brokers';
/** Names of its certificates. */
export const NAMES = { dnsNames: ['*.brokers'] };

/** Environment of one reconciler. */
export class ReconcilerWorld {
  clock = Date.now();
  ticks = 0;
  events: string[] = [];
  messages: string[] = [];
  reconciler!: CertificateReconciler;
  port!: number;
  metrics!: Registry;

  /** Creates certificates of two CAs, writes the first one, and starts a server that has loaded it. */
  static async create(): Promise<ReconcilerWorld> {
    const [oldCa, newCa] = [await TestAuthority.create('old'), await TestAuthority.create('new')];
    const [first, renewed] = [await oldCa.issue(NAMES), await oldCa.issue(NAMES)];
    const rotated = await newCa.issue(NAMES);
    const base = await mkdtemp(join(tmpdir(), 'agent-reconciler-'));
    const world = new ReconcilerWorld(base, { oldCa, newCa, first, renewed, rotated });
    await world.stores(first, oldCa);
    await world.source(first, oldCa);
    world.kafka.load();
    world.port = await world.kafka.listen();
    world.createReconciler(true);
    return world;
  }

  /** Second listener of the same server, with its own stores in memory. */
  other?: ReloadingServer;
  private otherPort?: number;
  readonly sourceFolder: string;
  readonly storesFolder: string;
  readonly kafka: ReloadingServer;

  private constructor(
    private readonly base: string,
    readonly issued: {
      readonly oldCa: TestAuthority;
      readonly newCa: TestAuthority;
      readonly first: Issued;
      readonly renewed: Issued;
      readonly rotated: Issued;
    },
  ) {
    this.sourceFolder = join(base, 'source', 'cluster');
    this.storesFolder = join(base, 'stores', 'cluster');
    this.kafka = new ReloadingServer(this.storesFolder);
  }

  async openOther(): Promise<void> {
    this.other = new ReloadingServer(this.storesFolder, false);
    this.other.load();
    this.otherPort = await this.other.listen();
  }

  async end(): Promise<void> {
    await this.kafka.close();
    await this.other?.close();
    await rm(this.base, { recursive: true });
  }

  /** Replaces the reconciler. */
  createReconciler(isDynamic: boolean, server: ManagedFolder['server'] = 'Kafka'): void {
    this.events = [];
    this.messages = [];
    this.metrics = new Registry();
    const { base, port, kafka } = this;
    const roots = { source: join(base, 'source'), stores: join(base, 'stores') };
    const tls = { certificateFolder: 'cluster', clientCaFolder: 'cluster' };
    const listeners = [
      { name: 'INTERNAL', port, ...tls },
      ...(this.otherPort === undefined ? [] : [{ name: 'ELECTION', port: this.otherPort, ...tls }]),
    ];
    this.reconciler = new CertificateReconciler(
      {
        folder: new Folder('cluster', true, roots),
        requirements: { hasCertificate: true, names: [HOST], uses: ['server', 'client'] },
        isDynamic,
        server,
        listeners,
      },
      {
        now: () => this.clock,
        monotonicMs: () => this.ticks,
        sleep: async (ms) => {
          this.clock += ms;
          this.ticks += ms;
          await new Promise((resolve) => setTimeout(resolve, 1));
        },
        isListening,
        handshake: (to, client) => handshake(to, HOST, client),
        reload: async () => {
          await kafka.reload();
          await this.other?.reload();
        },
        recordEvent: async (type, reason, message) => {
          this.events.push(`${type} ${reason}`);
          this.messages.push(message);
        },
      },
      new CertificateMetrics(this.metrics),
    );
  }

  /** Writes the stores. */
  async stores({ certificate, key }: Issued, ...trusted: TestAuthority[]): Promise<void> {
    await mkdir(this.storesFolder, { recursive: true });
    await writeFile(join(this.storesFolder, 'keystore.pem'), `${key}${certificate}`);
    await writeFile(join(this.storesFolder, 'truststore.pem'), pemOf(trusted));
  }

  /** Writes the source. */
  async source({ certificate, key }: Issued, ...trusted: TestAuthority[]): Promise<void> {
    await mkdir(this.sourceFolder, { recursive: true });
    await writeFile(join(this.sourceFolder, 'tls.crt'), certificate);
    await writeFile(join(this.sourceFolder, 'tls.key'), key);
    await writeFile(join(this.sourceFolder, 'ca.crt'), pemOf(trusted));
  }

  /** Content of the stores. */
  async files(): Promise<{ key: string; trust: string }> {
    const read = (name: string) => readFile(join(this.storesFolder, name), 'utf8');
    return { key: await read('keystore.pem'), trust: await read('truststore.pem') };
  }

  async metric(name: string): Promise<number | undefined> {
    const found = new RegExp(`^cdk8s_kafka_certificate_${name}\\{.*\\} (\\S+)$`, 'm').exec(
      await this.metrics.metrics(),
    );
    return found === null ? undefined : Number(found[1]);
  }
}

function pemOf(authorities: readonly TestAuthority[]): string {
  return authorities.map((ca) => ca.certificate).join('');
}

/** Stores with one certificate and one trusted CA. */
export function only({ certificate, key }: Issued, ca: TestAuthority): { key: string; trust: string } {
  return { key: `${key}${certificate}`, trust: ca.certificate };
}
