/*
 * Simulated cluster around the real reconciler: an API server in memory, servers that reload certificates at any time, and
 * a clock that advances only during pauses. Servers read the Secrets, so certificates are real. Only handshakes are
 * simulated.
 */
import { X509Certificate } from 'node:crypto';
import { AuthorityConfig, PkiConfig, RESTART_CERTIFICATES_ANNOTATION } from '../../../lib/seam/agent-config';
import { Endpoint, endpointsOf } from '../../../agent/authority/endpoints';
import { AuthorityReconcileLoop } from '../../../agent/authority/authority-loop';
import { certificateFacts } from '../../../agent/authority/issue';
import { SecretObject, certificateIn, trustedIn } from '../../../agent/authority/leaf-secret';
import { HandshakeOutcome } from '../../../agent/authority/handshake-outcome';
import { ProbeKind, PresentedCertificates } from '../../../agent/authority/tls-probe';
import { ReconcileReport } from '../../../agent/authority/health';
import { PkiState } from '../../../agent/authority/state';
import * as transport from '../../../agent/kubernetes/transport';
import { ObjectStore } from '../kubernetes/object-store';

export const NAMESPACE = 'prod';
export const STATUS = `/api/v1/namespaces/${NAMESPACE}/configmaps/events-certificates`;
export const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;
const STATEFUL_SETS = `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets`;
const START = Date.parse('2027-01-01T00:00:00Z');
export const DAY = 86_400;

/** A CA with three servers and a client. */
export function pkiConfig(change: Partial<PkiConfig> = {}): PkiConfig {
  return {
    name: 'cluster',
    stateSecret: 'events-ca',
    stateLabels: { 'cdk8s-kafka.io/cluster': 'events' },
    commonName: 'events CA',
    caLifetimeSeconds: 365 * DAY,
    certificateLifetimeSeconds: 30 * DAY,
    overlapSeconds: 60,
    unreachableTimeoutSeconds: 30,
    certificates: [
      {
        secret: 'events-tls',
        commonName: 'events-brokers',
        dnsNames: ['*.events-brokers'],
        labels: { app: 'events' },
      },
      { secret: 'events-client-jane', commonName: 'jane', dnsNames: [], labels: {} },
    ],
    endpoints: [
      {
        secret: 'events-tls',
        ports: [{ port: 9092, requestsClientCertificate: true }],
        servers: [{ hostPattern: 'events-*', ids: { first: 1001, last: 1003 } }],
      },
    ],
    restartedStatefulSets: [],
    restartNoticeSeconds: 0,
    ...change,
  };
}

/** A server with the certificates that it has loaded. */
interface Server {
  served?: string;
  trusted: readonly string[];
}

/** Simulated cluster. */
export class World {
  readonly store = new ObjectStore();
  readonly servers = new Map<string, Server>();
  readonly unreachable = new Set<string>();
  /** Servers that restart with old files. */
  readonly outdated = new Set<string>();
  readonly published: ReconcileReport[] = [];
  now = START;
  private loop!: AuthorityReconcileLoop;

  constructor(readonly config: PkiConfig) {
    this.store.put(STATUS, { kind: 'ConfigMap', metadata: {} });
    for (const name of config.restartedStatefulSets) {
      this.statefulSet(name, 1);
    }
    for (const host of this.hosts()) {
      this.servers.set(host, { trusted: [] });
    }
    // The reconciler uses this store instead of a network.
    jest
      .spyOn(transport, 'sendRequest')
      .mockImplementation(async (method, path, payload) => this.store.answer(method, path, payload));
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    this.restart();
  }

  /** Starts a new process without the memory of the old one. */
  restart(): void {
    this.store.killAfter(Infinity, false);
    this.loop = this.newLoop();
  }

  private newLoop(): AuthorityReconcileLoop {
    const config: AuthorityConfig = {
      role: 'authority',
      clusterName: 'events',
      namespace: NAMESPACE,
      statusConfigMap: 'events-certificates',
      pkis: [this.config],
    };
    return new AuthorityReconcileLoop(
      config,
      { now: () => this.now, probe: async (...question) => this.probe(...question) },
      { publish: (_, round) => this.published.push(round), recordFailure: () => undefined },
    );
  }

  /** Starts a second process for the same cluster. */
  secondProcess(): Pick<World, 'round'> {
    const loop = this.newLoop();
    return { round: () => this.run(loop) };
  }

  /** Reconciles once and advances the clock by the pause. */
  async round(): Promise<void> {
    await this.run(this.loop);
  }

  private async run(loop: AuthorityReconcileLoop): Promise<void> {
    const seconds = await loop.reconcileAll();
    this.now += Math.max(seconds, 0.05) * 1000;
  }

  /** Reconciles until a condition is met. */
  async until(done: () => boolean, limit = 2_000): Promise<void> {
    for (let round = 0; !done(); round++) {
      if (round === limit) {
        throw new Error(`condition not met after ${limit} rounds; status: ${this.status()}`);
      }
      await this.round();
      this.rollOut();
    }
  }

  /** Reloads the Secret of every server. */
  reloadAll(): void {
    for (const host of this.servers.keys()) {
      this.reload(host);
    }
  }

  /** Reloads the Secret of a server, unless its certificates require a restart. */
  reload(host: string): void {
    if (!this.config.restartedStatefulSets.some((name) => host.startsWith(name))) {
      this.load(host);
    }
  }

  /** Servers that can be probed, and clients in restarted pods, which cannot. */
  private hosts(): string[] {
    const hosts = endpointsOf(this.config.endpoints).map(({ host }) => host);
    const clients = this.config.restartedStatefulSets.filter(
      (name) => !hosts.some((host) => host.startsWith(name)),
    );
    return [...hosts, ...clients];
  }

  private load(host: string): void {
    const endpoint = endpointsOf(this.config.endpoints).find((one) => one.host === host);
    const secret = this.secret(endpoint?.secret ?? this.config.certificates[0].secret);
    const pair = secret && certificateIn(secret);
    if (secret && pair) {
      this.servers.set(host, { served: pair.certificate, trusted: trustedIn(secret) });
    }
  }

  /** Restarts the pods of StatefulSets with a new pod template. */
  rollOut(): void {
    for (const name of this.config.restartedStatefulSets) {
      const object = this.store.objects.get(`${STATEFUL_SETS}/${name}`)!;
      if (
        object.spec.template?.metadata?.annotations?.[RESTART_CERTIFICATES_ANNOTATION] !== object.restartedFor
      ) {
        this.hosts()
          .filter((host) => host.startsWith(name) && !this.outdated.has(host))
          .forEach((host) => this.load(host));
        this.statefulSet(name, object.metadata.generation as number, object.spec);
      }
    }
  }

  /** Starts all servers with their current Secrets. */
  startServers(): void {
    this.hosts().forEach((host) => this.load(host));
  }

  private statefulSet(
    name: string,
    generation: number,
    spec: Record<string, unknown> = { replicas: 3 },
  ): void {
    const template = spec.template as { metadata?: { annotations?: Record<string, string> } } | undefined;
    this.store.put(`${STATEFUL_SETS}/${name}`, {
      metadata: { generation },
      spec,
      status: {
        observedGeneration: generation,
        replicas: 3,
        readyReplicas: 3,
        updatedReplicas: 3,
        currentRevision: 'a',
        updateRevision: 'a',
      },
      restartedFor: template?.metadata?.annotations?.[RESTART_CERTIFICATES_ANNOTATION],
    });
  }

  /** Annotates the status ConfigMap. */
  annotate(annotations: Record<string, string>): void {
    const found = this.store.objects.get(STATUS)!;
    const all = { ...found.metadata.annotations, ...annotations };
    this.store.put(STATUS, { ...found, metadata: { ...found.metadata, annotations: all } });
  }

  /** Current content of a Secret. */
  secret(name: string): SecretObject | undefined {
    return this.store.objects.get(`${SECRETS}/${name}`) as SecretObject | undefined;
  }

  /** Stored state. */
  state(): PkiState {
    const { data } = this.secret(this.config.stateSecret)!;
    return JSON.parse(Buffer.from(data!['state.json'], 'base64').toString()) as PkiState;
  }

  /** Text of the status ConfigMap. */
  status(): string {
    return this.store.objects.get(STATUS)?.data?.[this.config.name] ?? 'not written yet';
  }

  /** Pairs of servers of which one does not trust the certificate of the other. There must be none. */
  trustFailures(): string[] {
    return [...this.servers].flatMap(([a, { served }]) =>
      served === undefined || this.unreachable.has(a)
        ? []
        : [...this.servers]
            .filter(
              ([b, { trusted }]) =>
                !this.unreachable.has(b) && trusted.length > 0 && !isTrusted(served, trusted),
            )
            .map(([b]) => `${b} does not trust ${a}`),
    );
  }

  private probe(
    kind: ProbeKind,
    endpoints: readonly Endpoint[],
    { certificate }: PresentedCertificates,
  ): HandshakeOutcome[] {
    return endpoints.map(({ host }) => {
      const { served, trusted } = this.servers.get(host)!;
      if (this.unreachable.has(host) || served === undefined) {
        return { kind: 'unreachable', reason: 'ECONNREFUSED' };
      }
      if (kind === 'serves') {
        return { kind: 'served', fingerprint: certificateFacts(served).fingerprint };
      }
      return isTrusted(certificate.certificate, trusted)
        ? { kind: 'accepted' }
        : { kind: 'rejected', reason: 'unknown ca' };
    });
  }
}

/** Cached verdicts on pairs of certificates. */
const verdicts = new Map<string, boolean>();

function isTrusted(certificate: string, trusted: readonly string[]): boolean {
  return trusted.some((ca) => {
    const pair = certificate + ca;
    if (!verdicts.has(pair)) {
      verdicts.set(pair, new X509Certificate(certificate).verify(new X509Certificate(ca).publicKey));
    }
    return verdicts.get(pair)!;
  });
}
