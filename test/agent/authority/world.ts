/*
 * A small world around the real keeper: an API server in memory, servers that take certificates over whenever they like,
 * and a clock that runs only when somebody waits. What servers trust and serve is read from the Secrets as a kubelet
 * would bring them, so certificates are real; only handshakes are not.
 */
import { X509Certificate } from 'node:crypto';
import {
  AuthorityConfig,
  PkiConfig,
  RESTART_CERTIFICATES_ANNOTATION,
} from '../../../lib/seam/agent-config';
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

/** An authority with three servers and a client. */
export function pkiConfig(change: Partial<PkiConfig> = {}): PkiConfig {
  return {
    name: 'cluster',
    stateSecret: 'events-ca',
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
        hostPattern: 'events-*',
        ids: { first: 1001, last: 1003 },
        secret: 'events-tls',
        ports: [{ port: 9092, requestsClientCertificate: true }],
      },
    ],
    restartedStatefulSets: [],
    restartNoticeSeconds: 0,
    ...change,
  };
}

/** A server with what it has in memory. */
interface Server {
  served?: string;
  trusted: readonly string[];
}

/** The world. */
export class World {
  readonly store = new ObjectStore();
  readonly servers = new Map<string, Server>();
  readonly away = new Set<string>();
  /** Servers whose kubelet brings them old files. */
  readonly lagging = new Set<string>();
  readonly published: ReconcileReport[] = [];
  now = START;
  private rounds!: AuthorityReconcileLoop;

  constructor(readonly config: PkiConfig) {
    this.store.put(STATUS, { kind: 'ConfigMap', metadata: {} });
    for (const name of config.restartedStatefulSets) {
      this.statefulSet(name, 1);
    }
    for (const host of this.hosts()) {
      this.servers.set(host, { trusted: [] });
    }
    // The keeper reaches this store in place of a network.
    jest
      .spyOn(transport, 'call')
      .mockImplementation(async (method, path, payload) => this.store.answer(method, path, payload));
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    this.restart();
  }

  /** Begins a new process: what the old one had in memory is gone. */
  restart(): void {
    this.store.killAfter(Infinity, false);
    this.rounds = this.newRounds();
  }

  private newRounds(): AuthorityReconcileLoop {
    const config: AuthorityConfig = {
      role: 'authority',
      clusterName: 'events',
      namespace: NAMESPACE,
      statusConfigMap: 'events-certificates',
      pkis: [this.config],
    };
    return new AuthorityReconcileLoop(
      config,
      { now: () => this.now, probe: async (...question) => this.prove(...question) },
      { publish: (_, round) => this.published.push(round), recordFailure: () => undefined },
    );
  }

  /** A second process in the same world. */
  twin(): Pick<World, 'round'> {
    const rounds = this.newRounds();
    return { round: () => this.run(rounds) };
  }

  /** One round, and the pause after it. */
  async round(): Promise<void> {
    await this.run(this.rounds);
  }

  private async run(rounds: AuthorityReconcileLoop): Promise<void> {
    const seconds = await rounds.reconcileAll();
    this.now += Math.max(seconds, 0.05) * 1000;
  }

  /** Rounds until something is so. */
  async until(done: () => boolean, limit = 2_000): Promise<void> {
    for (let round = 0; !done(); round++) {
      if (round === limit) {
        throw new Error(`not within ${limit} rounds; the status is ${this.status()}`);
      }
      await this.round();
      this.rollOut();
    }
  }

  /** Lets every server take over what its Secret holds. */
  reloadAll(): void {
    for (const host of this.servers.keys()) {
      this.reload(host);
    }
  }

  /** Lets one server take over what its Secret holds now, unless restarts are what that takes. */
  reload(host: string): void {
    if (!this.config.restartedStatefulSets.some((name) => host.startsWith(name))) {
      this.takeOver(host);
    }
  }

  /** Servers that can be asked, and clients in pods that restart, which nobody can ask. */
  private hosts(): string[] {
    const hosts = endpointsOf(this.config.endpoints).map(({ host }) => host);
    const clients = this.config.restartedStatefulSets.filter((name) => !hosts.some((host) => host.startsWith(name)));
    return [...hosts, ...clients];
  }

  private takeOver(host: string): void {
    const endpoint = endpointsOf(this.config.endpoints).find((one) => one.host === host);
    const secret = this.secret(endpoint?.secret ?? this.config.certificates[0].secret);
    const pair = secret && certificateIn(secret);
    if (secret && pair) {
      this.servers.set(host, { served: pair.certificate, trusted: trustedIn(secret) });
    }
  }

  /** Lets StatefulSets that were told to restart do so. */
  rollOut(): void {
    for (const name of this.config.restartedStatefulSets) {
      const object = this.store.objects.get(`${STATEFUL_SETS}/${name}`)!;
      if (
        object.spec.template?.metadata?.annotations?.[RESTART_CERTIFICATES_ANNOTATION] !== object.restartedFor
      ) {
        this.hosts()
          .filter((host) => host.startsWith(name) && !this.lagging.has(host))
          .forEach((host) => this.takeOver(host));
        this.statefulSet(name, object.metadata.generation as number, object.spec);
      }
    }
  }

  /** First start: servers wait for their Secrets. */
  startServers(): void {
    this.hosts().forEach((host) => this.takeOver(host));
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

  /** A Secret as it is. */
  secret(name: string): SecretObject | undefined {
    return this.store.objects.get(`${SECRETS}/${name}`) as SecretObject | undefined;
  }

  /** The state as it is kept. */
  state(): PkiState {
    const { data } = this.secret(this.config.stateSecret)!;
    return JSON.parse(Buffer.from(data!['state.json'], 'base64').toString()) as PkiState;
  }

  /** What people read. */
  status(): string {
    return this.store.objects.get(STATUS)?.data?.[this.config.name] ?? 'not written yet';
  }

  /** Pairs of servers of which one does not trust what the other serves: there must be none. */
  refusals(): string[] {
    return [...this.servers].flatMap(([a, { served }]) =>
      served === undefined || this.away.has(a)
        ? []
        : [...this.servers]
            .filter(
              ([b, { trusted }]) => !this.away.has(b) && trusted.length > 0 && !isTrusted(served, trusted),
            )
            .map(([b]) => `${b} does not trust ${a}`),
    );
  }

  private prove(proof: ProbeKind, endpoints: readonly Endpoint[], { certificate }: PresentedCertificates): HandshakeOutcome[] {
    return endpoints.map(({ host }) => {
      const { served, trusted } = this.servers.get(host)!;
      if (this.away.has(host) || served === undefined) {
        return { kind: 'unreachable', reason: 'ECONNREFUSED' };
      }
      if (proof === 'serves') {
        return { kind: 'served', fingerprint: certificateFacts(served).fingerprint };
      }
      return isTrusted(certificate.certificate, trusted)
        ? { kind: 'accepted' }
        : { kind: 'refused', reason: 'unknown ca' };
    });
  }
}

/** Verdicts on pairs of certificates: the same few are compared again and again. */
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
