/* Keeps one authority: finds out how things are, asks what is to be done, and does one step. */
import { PkiConfig, RESTART_CERTIFICATES_ANNOTATION } from '../../lib/seam/agent-config';
import { getObject, patchObject } from '../kubernetes/client';
import { InvolvedObject, recordEvent } from '../kubernetes/events';
import { log } from '../runtime/log';
import { UnreachableTimes } from './unreachable-times';
import { createInitialState, createNumberedCa } from './initial-state';
import { Decision, Facts, EventContent, Step } from './decision';
import { Endpoint, endpointsOf } from './endpoints';
import { EndpointCheck, EndpointResult, checkableEndpoints } from './endpoint-checks';
import { KeyAndCertificate, certificateFacts, makeLeaf } from './issue';
import { SecretObject, SecretVerdict, certificateIn, judgeSecret } from './leaf-secret';
import { ProbeKind, PresentedCertificates, probeCertificate } from './tls-probe';
import { HandshakeOutcome } from './handshake-outcome';
import { rolloutAnnouncement } from './rollout';
import { Requests } from './requests';
import { StatefulSetObject } from './statefulset-rollout';
import { decideNextStep } from './rotation';
import { isNearExpiry } from './schedule';
import { LeafRecord, PkiState, iso, newestCa, signingCa, trustedCaNumbers, withNewCa } from './state';
import { statusText } from './status';
import { StoredState, SecretStore } from './secret-store';

/** What a keeper reaches beside the API server. */
export interface AuthorityEdges {
  now(): number;
  probe(proof: ProbeKind, endpoints: readonly EndpointResult['endpoint'][], shown: PresentedCertificates): Promise<readonly HandshakeOutcome[]>;
}

/** How long an announcement is not repeated. */
const ANNOUNCEMENT_INTERVAL_MS = 86_400_000;

/** What came of a round. */
export interface ReconcileResult {
  /** Pause before the next one; 0 while there is more to do at once. */
  readonly requeueAfterSeconds: number;
  readonly state: PkiState;
  /** Secrets that do not hold what they should. */
  readonly outdatedSecrets: readonly string[];
  readonly status: string;
}

/** Keeper of one authority. It remembers nothing but for how long servers have been away. */
export class AuthorityReconciler {
  readonly store: SecretStore;
  private readonly endpoints: readonly Endpoint[];
  private readonly unreachableTimes = new UnreachableTimes();
  private lastWaitMessage = '';
  /** The restarts that were announced last, and when. */
  private lastAnnouncement = { message: '', at: -Infinity };

  constructor(
    private readonly namespace: string,
    readonly config: PkiConfig,
    private readonly edges: AuthorityEdges,
  ) {
    this.store = new SecretStore(namespace, config);
    this.endpoints = endpointsOf(config.endpoints);
  }

  /** Does one step. `status` is the object that Events are about. */
  async reconcile(requests: Requests, status: InvolvedObject): Promise<ReconcileResult> {
    const now = this.edges.now();
    const found = await this.store.readLeafSecrets();
    const loaded = await this.store.load();
    const kept = loaded ?? (await this.initialize(found, requests, now));
    const secrets = this.compareSecrets(kept, found);
    const facts: Facts = { config: this.config, state: kept.state, now, requests, secrets };
    const decision = await this.decide(facts, kept);
    const state = await this.applyStep(decision.step, kept, found, now);
    await this.reportDecision(decision, state, status, now);
    await this.announceRollout(state, status, now);
    return {
      requeueAfterSeconds: decision.step.do === 'wait' ? decision.step.seconds : 0,
      state,
      outdatedSecrets: this.config.certificates.map((leaf) => leaf.secret).filter((name) => secrets.get(name) !== 'intact'),
      status: statusText(this.config, state, requests, decision.waitsFor),
    };
  }

  private async initialize(
    found: ReadonlyMap<string, SecretObject | undefined>,
    requests: Requests,
    now: number,
  ): Promise<StoredState> {
    const { state, cas } = await createInitialState(this.config, found, requests, now);
    log.info('a new authority', { pki: this.config.name, phase: state.phase, ca: newestCa(state).number });
    return this.store.save(state, cas, undefined);
  }

  private compareSecrets(
    kept: StoredState,
    found: ReadonlyMap<string, SecretObject | undefined>,
  ): Map<string, SecretVerdict> {
    const trusted = caBundle(kept.state, kept.cas);
    const cas = [...kept.cas.values()].map(({ certificate }) => certificate);
    return new Map(
      this.config.certificates.map((leaf) => [
        leaf.secret,
        judgeSecret(found.get(leaf.secret), leaf, kept.state.leaves[leaf.secret], trusted, cas),
      ]),
    );
  }

  /** Decides, and finds out more where that is wanted. */
  private async decide(facts: Facts, kept: StoredState): Promise<Decision> {
    const decision = decideNextStep(facts);
    switch (decision.step.do) {
      case 'look':
        return this.decide({ ...facts, statefulSets: await this.statefulSets() }, kept);
      case 'ask':
        return this.decide({ ...facts, endpointResults: await this.checkEndpoints(decision.step.check, kept, facts.now) }, kept);
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

  private async checkEndpoints(question: EndpointCheck, { state, cas }: StoredState, now: number): Promise<EndpointResult[]> {
    const endpoints = checkableEndpoints(question, this.endpoints);
    if (endpoints.length === 0) {
      return [];
    }
    const about = question.kind === 'serves' ? state.issuing : question.ca;
    const control = state.cas.find((ca) => ca.number !== about && !ca.keyless)?.number;
    const outcomes = await this.edges.probe(question.kind === 'serves' ? 'serves' : 'accepts', endpoints, {
      certificate: await probeCertificate(cas.get(about)!, now),
      control: control === undefined ? undefined : await probeCertificate(cas.get(control)!, now),
    });
    return this.unreachableTimes.track(endpoints, outcomes, now);
  }

  private async applyStep(
    step: Step,
    kept: StoredState,
    found: ReadonlyMap<string, SecretObject | undefined>,
    now: number,
  ): Promise<PkiState> {
    switch (step.do) {
      case 'save':
        return (await this.save(step.state, kept)).state;
      case 'rotate': {
        const { record, pair } = await createNumberedCa(this.config, newestCa(step.state).number + 1, now);
        const cas = new Map([...kept.cas, [record.number, pair]]);
        return (await this.save(withNewCa(step.state, record, now), { ...kept, cas })).state;
      }
      case 'issue': {
        const made = await this.issue(step.state, kept, step.secrets, now);
        // The state goes first: whatever a Secret holds must be known.
        const after = await this.save({ ...step.state, leaves: this.records(step.state, made) }, kept);
        await this.write(after, found, step.secrets, (name) => made.get(name)!.pair);
        return after.state;
      }
      case 'write': {
        const after = await this.save(step.state, kept);
        await this.write(after, found, step.secrets, (name) => certificateIn(found.get(name)!)!);
        return after.state;
      }
      case 'restart': {
        const annotations = { [RESTART_CERTIFICATES_ANNOTATION]: step.id };
        await patchObject(this.pathOf(step.statefulSet), this.permission('patch', step.statefulSet), {
          spec: { template: { metadata: { annotations } } },
        });
        return kept.state;
      }
      default:
        return kept.state;
    }
  }

  private async save(state: PkiState, kept: StoredState): Promise<StoredState> {
    return JSON.stringify(state) === JSON.stringify(kept.state)
      ? kept
      : this.store.save(state, kept.cas, kept.object);
  }

  private async issue(
    state: PkiState,
    { cas }: StoredState,
    secrets: readonly string[],
    now: number,
  ): Promise<Map<string, { record: LeafRecord; pair: KeyAndCertificate }>> {
    const ca = signingCa(state).number;
    const made = this.config.certificates
      .filter((leaf) => secrets.includes(leaf.secret))
      .map(async ({ secret, commonName, dnsNames }) => {
        const pair = await makeLeaf(cas.get(ca)!, { commonName, dnsNames }, this.config.certificateLifetimeSeconds, now);
        const { fingerprint, serial, notAfter } = certificateFacts(pair.certificate);
        const record = { ca, commonName, dnsNames, fingerprint, serial, issued: iso(now), notAfter };
        return [secret, { record, pair }] as const;
      });
    return new Map(await Promise.all(made));
  }

  /** Records of what is in the configuration; what is not any more is forgotten. */
  private records(
    { leaves }: PkiState,
    made: ReadonlyMap<string, { record: LeafRecord }>,
  ): Record<string, LeafRecord> {
    return Object.fromEntries(
      this.config.certificates.flatMap(({ secret }) => {
        const record = made.get(secret)?.record ?? leaves[secret];
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

  /** Says what happened, what is waited for, and what ends before long. */
  private async reportDecision(
    { step, event: news, waitsFor }: Decision,
    state: PkiState,
    status: InvolvedObject,
    now: number,
  ): Promise<void> {
    const pki = this.config.name;
    if (news) {
      const about =
        step.do === 'restart'
          ? { kind: 'StatefulSet', name: step.statefulSet, apiVersion: 'apps/v1', uid: step.uid }
          : status;
      await this.recordEvent(news, state, about);
    }
    const complaint = waitsFor.join('; ');
    if (complaint !== this.lastWaitMessage && complaint !== '') {
      log.info('waiting', { pki, phase: state.phase, for: waitsFor.slice(0, 10), all: waitsFor.length });
    }
    this.lastWaitMessage = complaint;
    const ca = newestCa(state);
    if (isNearExpiry(ca, now)) {
      const message = `${pki}: CA ${ca.number} ends at ${ca.notAfter} and was not replaced`;
      await recordEvent(this.namespace, status, 'Warning', 'AuthorityEnds', message);
    }
    for (const [name, one] of Object.entries(state.leaves).filter(([, leaf]) => isNearExpiry(leaf, now))) {
      const message = `${pki}: the certificate in ${name} ends at ${one.notAfter} and was not renewed`;
      await recordEvent(this.namespace, status, 'Warning', 'CertificateEnds', message);
    }
  }

  /** Events are forgotten after an hour or so, and whoever looks on another day should see one. */
  private async announceRollout(state: PkiState, status: InvolvedObject, now: number): Promise<void> {
    const news = rolloutAnnouncement(state, this.config, now);
    const isSaid = news?.message === this.lastAnnouncement.message && now - this.lastAnnouncement.at < ANNOUNCEMENT_INTERVAL_MS;
    if (news && !isSaid) {
      this.lastAnnouncement = { message: news.message, at: now };
      await this.recordEvent(news, state, status);
    }
  }

  private async recordEvent({ type, reason, message }: EventContent, { phase }: PkiState, about: InvolvedObject): Promise<void> {
    const pki = this.config.name;
    log[type === 'Warning' ? 'warn' : 'info'](message, { pki, phase });
    await recordEvent(this.namespace, about, type, reason, `${pki}: ${message}`);
  }

  private pathOf(statefulSet: string): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/statefulsets/${statefulSet}`;
  }

  private permission(verb: string, statefulSet: string): string {
    return `${verb} on StatefulSet ${this.namespace}/${statefulSet}`;
  }
}

/** The CAs that everybody is to trust, PEM. */
function caBundle(state: PkiState, cas: ReadonlyMap<number, KeyAndCertificate>): string {
  return trustedCaNumbers(state)
    .map((number) => cas.get(number)!.certificate)
    .join('');
}
