/* Reconciles one CA: reads the state, decides the next step, and executes it. */
import { PkiConfig, RESTART_CERTIFICATES_ANNOTATION } from '../../lib/seam/agent-config';
import { getObject, patchObject } from '../kubernetes/client';
import { InvolvedObject } from '../kubernetes/events';
import { log } from '../runtime/log';
import { problems } from '../runtime/problems';
import { UnreachableTimes } from './unreachable-times';
import { createInitialState, createNumberedCa } from './initial-state';
import { ContestedSecrets, FREE_REPAIRS, writersOf } from './contested-secrets';
import { ContestedSecret, Decision, Facts, Step } from './decision';
import { DecisionReporter } from './decision-reporter';
import { Endpoint, endpointsOf } from './endpoints';
import { EndpointCheck, EndpointResult, checkableEndpoints } from './endpoint-checks';
import { KeyAndCertificate, certificateFacts, makeLeaf } from './issue';
import { SecretObject, SecretVerdict, certificateIn, judgeSecret } from './leaf-secret';
import { ProbeKind, PresentedCertificates, probeCertificate } from './tls-probe';
import { HandshakeOutcome } from './handshake-outcome';
import { Requests } from './requests';
import { StatefulSetObject } from './statefulset-rollout';
import { decideNextStep } from './rotation';
import { LeafRecord, PkiState, iso, newestCa, signingCa, trustedCaNumbers, withNewCa } from './state';
import { statusText } from './status';
import { StoredState, SecretStore } from './secret-store';

/** Effects of the reconciler outside the API server. */
export interface AuthorityEdges {
  now(): number;
  probe(
    kind: ProbeKind,
    endpoints: readonly EndpointResult['endpoint'][],
    presented: PresentedCertificates,
  ): Promise<readonly HandshakeOutcome[]>;
}

/** Result of one step. */
export interface ReconcileResult {
  /** Pause before the next step; 0 if the next step can follow at once. */
  readonly requeueAfterSeconds: number;
  readonly state: PkiState;
  /** Secrets without the certificate and CAs of the state. */
  readonly outdatedSecrets: readonly string[];
  readonly status: string;
}

/** Reconciler of one CA and its certificates. Only the unreachable times of servers and repairs of Secrets are kept in memory. */
export class AuthorityReconciler {
  readonly store: SecretStore;
  private readonly endpoints: readonly Endpoint[];
  private readonly unreachableTimes = new UnreachableTimes();
  private readonly reporter: DecisionReporter;
  private readonly contested = new ContestedSecrets();

  constructor(
    private readonly namespace: string,
    readonly config: PkiConfig,
    private readonly edges: AuthorityEdges,
  ) {
    this.store = new SecretStore(namespace, config);
    this.endpoints = endpointsOf(config.endpoints);
    this.reporter = new DecisionReporter(namespace, config);
  }

  /**
   * Executes one step.
   *
   * @param status object that Events refer to
   */
  async reconcile(requests: Requests, status: InvolvedObject): Promise<ReconcileResult> {
    const now = this.edges.now();
    const found = await this.store.readLeafSecrets();
    const loaded = await this.store.load();
    const stored = loaded ?? (await this.initialize(found, requests, now));
    const secrets = this.compareSecrets(stored, found);
    const contested = this.contestedSecrets(found, secrets);
    const facts: Facts = { config: this.config, state: stored.state, now, requests, secrets, contested };
    const decision = await this.decide(facts, stored);
    const [fought] = [...contested].filter(([, { count }]) => count > FREE_REPAIRS);
    problems.update(
      'secret-contested',
      fought && `Secret ${fought[0]}: ${fought[1].change}`,
      this.config.name,
    );
    this.recordRepairs(decision.step, stored, secrets, now);
    const state = await this.applyStep(decision.step, stored, found, now);
    await this.reporter.report(decision, state, status, now);
    return {
      requeueAfterSeconds: decision.step.do === 'wait' ? decision.step.seconds : 0,
      state,
      outdatedSecrets: this.config.certificates
        .map((leaf) => leaf.secret)
        .filter((name) => secrets.get(name) !== 'intact'),
      status: statusText(this.config, state, requests, decision.waitingFor),
    };
  }

  private async initialize(
    found: ReadonlyMap<string, SecretObject | undefined>,
    requests: Requests,
    now: number,
  ): Promise<StoredState> {
    const { state, cas } = await createInitialState(this.config, found, requests, now);
    log.info('created a new CA', { pki: this.config.name, phase: state.phase, ca: newestCa(state).number });
    return this.store.save(state, cas, undefined);
  }

  private compareSecrets(
    stored: StoredState,
    found: ReadonlyMap<string, SecretObject | undefined>,
  ): Map<string, SecretVerdict> {
    const trusted = caBundle(stored.state, stored.cas);
    const cas = [...stored.cas.values()].map(({ certificate }) => certificate);
    return new Map(
      this.config.certificates.map((leaf) => [
        leaf.secret,
        judgeSecret(found.get(leaf.secret), leaf, stored.state.certificates[leaf.secret], trusted, cas),
      ]),
    );
  }

  private contestedSecrets(
    found: ReadonlyMap<string, SecretObject | undefined>,
    secrets: ReadonlyMap<string, SecretVerdict>,
  ): Map<string, ContestedSecret> {
    const damaged = [...secrets].filter(([, verdict]) => verdict !== 'intact');
    return new Map(
      damaged.map(([name]) => [
        name,
        { ...(this.contested.of(name) ?? { count: 0, next: 0 }), change: writersOf(found.get(name)) },
      ]),
    );
  }

  private recordRepairs(
    step: Step,
    { cas, state }: StoredState,
    secrets: ReadonlyMap<string, SecretVerdict>,
    now: number,
  ): void {
    if (step.do === 'issue' || step.do === 'write') {
      const trusted = caBundle(step.state, cas);
      for (const name of step.secrets) {
        const isIssued = state.certificates[name] !== undefined;
        this.contested.record(name, secrets.get(name)!, isIssued, trusted, now);
      }
    }
  }

  /** Decides the next step, and collects more facts if the decision requires them. */
  private async decide(facts: Facts, stored: StoredState): Promise<Decision> {
    const decision = decideNextStep(facts);
    switch (decision.step.do) {
      case 'read StatefulSets':
        return this.decide({ ...facts, statefulSets: await this.statefulSets() }, stored);
      case 'check endpoints':
        return this.decide(
          { ...facts, endpointResults: await this.checkEndpoints(decision.step.check, stored, facts.now) },
          stored,
        );
      default:
        return decision;
    }
  }

  private async statefulSets(): Promise<ReadonlyMap<string, StatefulSetObject | undefined>> {
    const entries = this.config.restartedStatefulSets.map(
      async (name) =>
        [name, await getObject<StatefulSetObject>(this.pathOf(name), this.permission('get', name))] as const,
    );
    return new Map(await Promise.all(entries));
  }

  private async checkEndpoints(
    check: EndpointCheck,
    { state, cas }: StoredState,
    now: number,
  ): Promise<EndpointResult[]> {
    const endpoints = checkableEndpoints(check, this.endpoints);
    if (endpoints.length === 0) {
      return [];
    }
    const subject = check.kind === 'serves' ? state.issuingCa : check.ca;
    const control = state.cas.find((ca) => ca.number !== subject && !ca.keyless)?.number;
    const outcomes = await this.edges.probe(check.kind === 'serves' ? 'serves' : 'accepts', endpoints, {
      certificate: await probeCertificate(cas.get(subject)!, now),
      control: control === undefined ? undefined : await probeCertificate(cas.get(control)!, now),
    });
    return this.unreachableTimes.track(endpoints, outcomes, now);
  }

  private async applyStep(
    step: Step,
    stored: StoredState,
    found: ReadonlyMap<string, SecretObject | undefined>,
    now: number,
  ): Promise<PkiState> {
    switch (step.do) {
      case 'save':
        return (await this.save(step.state, stored)).state;
      case 'rotate': {
        const { record, pair } = await createNumberedCa(this.config, newestCa(step.state).number + 1, now);
        const cas = new Map([...stored.cas, [record.number, pair]]);
        return (await this.save(withNewCa(step.state, record, now), { ...stored, cas })).state;
      }
      case 'issue': {
        const issued = await this.issue(step.state, stored, step.secrets, now);
        // Write the state first: it must contain every certificate that a Secret contains.
        const after = await this.save(
          { ...step.state, certificates: this.records(step.state, issued) },
          stored,
        );
        await this.write(after, found, step.secrets, (name) => issued.get(name)!.pair);
        return after.state;
      }
      case 'write': {
        const after = await this.save(step.state, stored);
        await this.write(after, found, step.secrets, (name) => certificateIn(found.get(name)!)!);
        return after.state;
      }
      case 'restart': {
        const annotations = { [RESTART_CERTIFICATES_ANNOTATION]: step.id };
        await patchObject(this.pathOf(step.statefulSet), this.permission('patch', step.statefulSet), {
          spec: { template: { metadata: { annotations } } },
        });
        return stored.state;
      }
      default:
        return stored.state;
    }
  }

  private async save(state: PkiState, stored: StoredState): Promise<StoredState> {
    return JSON.stringify(state) === JSON.stringify(stored.state)
      ? stored
      : this.store.save(state, stored.cas, stored.object);
  }

  private async issue(
    state: PkiState,
    { cas }: StoredState,
    secrets: readonly string[],
    now: number,
  ): Promise<Map<string, { record: LeafRecord; pair: KeyAndCertificate }>> {
    const ca = signingCa(state).number;
    const issued = this.config.certificates
      .filter((leaf) => secrets.includes(leaf.secret))
      .map(async ({ secret, commonName, dnsNames }) => {
        const pair = await makeLeaf(
          cas.get(ca)!,
          { commonName, dnsNames },
          this.config.certificateLifetimeSeconds,
          now,
        );
        const { fingerprint, serial, notAfter } = certificateFacts(pair.certificate);
        const record = { ca, commonName, dnsNames, fingerprint, serial, issued: iso(now), notAfter };
        return [secret, { record, pair }] as const;
      });
    return new Map(await Promise.all(issued));
  }

  /** Records of all configured certificates. Other records are deleted. */
  private records(
    { certificates }: PkiState,
    issued: ReadonlyMap<string, { record: LeafRecord }>,
  ): Record<string, LeafRecord> {
    return Object.fromEntries(
      this.config.certificates.flatMap(({ secret }) => {
        const record = issued.get(secret)?.record ?? certificates[secret];
        return record === undefined ? [] : [[secret, record] as const];
      }),
    );
  }

  private async write(
    { state, cas }: StoredState,
    found: ReadonlyMap<string, SecretObject | undefined>,
    secrets: readonly string[],
    pairOf: (name: string) => KeyAndCertificate,
  ): Promise<void> {
    const trusted = caBundle(state, cas);
    for (const leaf of this.config.certificates.filter(({ secret }) => secrets.includes(secret))) {
      await this.store.writeLeaf(leaf, pairOf(leaf.secret), trusted, found.get(leaf.secret));
    }
  }

  private pathOf(statefulSet: string): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/statefulsets/${statefulSet}`;
  }

  private permission(verb: string, statefulSet: string): string {
    return `${verb} on StatefulSet ${this.namespace}/${statefulSet}`;
  }
}

/** CAs that all servers and clients must trust, PEM. */
function caBundle(state: PkiState, cas: ReadonlyMap<number, KeyAndCertificate>): string {
  return trustedCaNumbers(state)
    .map((number) => cas.get(number)!.certificate)
    .join('');
}
