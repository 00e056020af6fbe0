/* A keeper, real files, and a real TLS server that behaves well or badly. The clock is the keeper's own. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { Folder } from '../../../agent/certificates/folder';
import { CertificateReconciler } from '../../../agent/certificates/certificate-reconciler';
import { ManagedFolder } from '../../../agent/certificates/managed-folder';
import { handshake } from '../../../agent/certificates/handshake';
import { isListening } from '../../../agent/runtime/tcp-port';
import { CertificateMetrics } from '../../../agent/serve/certificate-metrics';
import { ReloadingServer } from './reloading-server';
import { Issued, TestAuthority } from './test-authority';

/** Name of the server. */
export const HOST = 'events-streams-1001.brokers';
/** Names that its certificates are for. */
export const NAMES = { dnsNames: ['*.brokers'] };

/** Everything around one keeper. A test has a new one. */
export class KeeperWorld {
  clock = Date.now();
  ticks = 0;
  events: string[] = [];
  said: string[] = [];
  keeper!: CertificateReconciler;
  port!: number;
  metrics!: Registry;

  /** Certificates of two authorities, with the first in place, and a server that has loaded it. */
  static async create(): Promise<KeeperWorld> {
    const [oldCa, newCa] = [await TestAuthority.create('old'), await TestAuthority.create('new')];
    const [first, renewed] = [await oldCa.issue(NAMES), await oldCa.issue(NAMES)];
    const rotated = await newCa.issue(NAMES);
    const base = await mkdtemp(join(tmpdir(), 'agent-keeper-'));
    const world = new KeeperWorld(base, { oldCa, newCa, first, renewed, rotated });
    await world.stores(first, oldCa);
    await world.source(first, oldCa);
    world.kafka.load();
    world.port = await world.kafka.listen();
    world.keeperOf(true);
    return world;
  }

  /** Another port of the same server, with stores of its own in memory. */
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

  /** Puts another keeper in the place of the one before. */
  keeperOf(isHot: boolean, server: ManagedFolder['server'] = 'Kafka'): void {
    this.events = [];
    this.said = [];
    this.metrics = new Registry();
    const { base, port, kafka } = this;
    const roots = { source: join(base, 'source'), stores: join(base, 'stores') };
    const tls = { certificates: 'cluster', clientCertificates: 'cluster' };
    const listeners = [
      { name: 'INTERNAL', port, ...tls },
      ...(this.otherPort === undefined ? [] : [{ name: 'ELECTION', port: this.otherPort, ...tls }]),
    ];
    this.keeper = new CertificateReconciler(
      {
        folder: new Folder('cluster', true, roots),
        requirements: { hasLeaf: true, names: [HOST], uses: ['server', 'client'] },
        isDynamic: isHot,
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
          this.said.push(message);
        },
      },
      new CertificateMetrics(this.metrics),
    );
  }

  /** Writes what the server reads. */
  async stores({ certificate, key }: Issued, ...trusted: TestAuthority[]): Promise<void> {
    await mkdir(this.storesFolder, { recursive: true });
    await writeFile(join(this.storesFolder, 'keystore.pem'), `${key}${certificate}`);
    await writeFile(join(this.storesFolder, 'truststore.pem'), pemOf(trusted));
  }

  /** Writes what the keeper takes over. */
  async source({ certificate, key }: Issued, ...trusted: TestAuthority[]): Promise<void> {
    await mkdir(this.sourceFolder, { recursive: true });
    await writeFile(join(this.sourceFolder, 'tls.crt'), certificate);
    await writeFile(join(this.sourceFolder, 'tls.key'), key);
    await writeFile(join(this.sourceFolder, 'ca.crt'), pemOf(trusted));
  }

  /** What the server reads. */
  async files(): Promise<{ key: string; trust: string }> {
    const read = (name: string) => readFile(join(this.storesFolder, name), 'utf8');
    return { key: await read('keystore.pem'), trust: await read('truststore.pem') };
  }

  async metric(name: string): Promise<number | undefined> {
    const found = (await this.metrics.getMetricsAsJSON()).find(
      (one) => one.name === `cdk8s_kafka_certificate_${name}`,
    );
    return (found?.values as { value: number }[])[0]?.value;
  }
}

function pemOf(authorities: readonly TestAuthority[]): string {
  return authorities.map((ca) => ca.certificate).join('');
}

/** The files that hold one certificate and trust one authority. */
export function only({ certificate, key }: Issued, ca: TestAuthority): { key: string; trust: string } {
  return { key: `${key}${certificate}`, trust: ca.certificate };
}
