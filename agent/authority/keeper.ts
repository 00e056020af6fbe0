/* Keeps one authority: finds out how things are, asks what is to be done, and does one step. */
import { PkiConfig, RESTART_CERTIFICATES_ANNOTATION } from '../../lib/seam/agent-config';
import { getObject, mergeObject } from '../kubernetes/client';
import { Involved, recordEvent } from '../kubernetes/events';
import { log } from '../log';
import { Absences } from './absences';
import { begin, newCa } from './adopt';
import { Decision, Facts, News, Step } from './decision';
import { Endpoint, endpointsOf } from './endpoints';
import { Question, Seen, askable } from './gates';
import { KeyAndCertificate, factsOf, makeLeaf } from './issue';
import { SecretObject, SecretVerdict, certificateIn, judgeSecret } from './leaf-secret';
import { Proof, Shown, probeCertificate } from './prove';
import { Outcome } from './outcome';
import { announcement } from './pass';
import { Requests } from './requests';
import { StatefulSetObject } from './restarts';
import { next } from './rotation';
import { isLate } from './schedule';
import { LeafRecord, PkiState, iso, newestOf, signerOf, trustedBy, withNewCa } from './state';
import { statusText } from './status';
import { Kept, Store } from './store';

/** What a keeper reaches beside the API server. */
export interface Edges {
  now(): number;
  prove(proof: Proof, endpoints: readonly Seen['endpoint'][], shown: Shown): Promise<readonly Outcome[]>;
}

/** How long an announcement is not repeated. */
const ANNOUNCED_MS = 86_400_000;

/** What came of a round. */
export interface Round {
  /** Pause before the next one; 0 while there is more to do at once. */
  readonly seconds: number;
  readonly state: PkiState;
  /** Secrets that do not hold what they should. */
  readonly unfit: readonly string[];
  readonly status: string;
}

/** Keeper of one authority. It remembers nothing but for how long servers have been away. */
export class Keeper {
  readonly store: Store;
  private readonly endpoints: readonly Endpoint[];
  private readonly absences = new Absences();
  private complaint = '';
  /** The restarts that were announced last, and when. */
  private announced = { message: '', at: -Infinity };

  constructor(
    private readonly namespace: string,
    readonly config: PkiConfig,
    private readonly edges: Edges,
  ) {
    this.store = new Store(namespace, config);
    this.endpoints = endpointsOf(config.endpoints);
  }

  /** Does one step. `status` is the object that Events are about. */
  async round(requests: Requests, status: Involved): Promise<Round> {
    const now = this.edges.now();
    const found = await this.store.leaves();
    const loaded = await this.store.load();
    const kept = loaded ?? (await this.begin(found, requests, now));
    const secrets = this.judge(kept, found);
    const facts: Facts = { config: this.config, state: kept.state, now, requests, secrets };
    const decision = await this.decide(facts, kept);
    const state = await this.perform(decision.step, kept, found, now);
    await this.tell(decision, state, status, now);
    await this.announce(state, status, now);
    return {
      seconds: decision.step.do === 'wait' ? decision.step.seconds : 0,
      state,
      unfit: this.config.leaves.map((leaf) => leaf.secret).filter((name) => secrets.get(name) !== 'intact'),
      status: statusText(this.config, state, requests, decision.waitsFor),
    };
  }

  private async begin(
    found: ReadonlyMap<string, SecretObject | undefined>,
    requests: Requests,
    now: number,
  ): Promise<Kept> {
    const { state, cas } = await begin(this.config, found, requests, now);
    log.info('a new authority', { pki: this.config.name, phase: state.phase, ca: newestOf(state).number });
    return this.store.save(state, cas, undefined);
  }

  private judge(
    kept: Kept,
    found: ReadonlyMap<string, SecretObject | undefined>,
  ): Map<string, SecretVerdict> {
    const trusted = bundle(kept.state, kept.cas);
    const cas = [...kept.cas.values()].map(({ certificate }) => certificate);
    return new Map(
      this.config.leaves.map((leaf) => [
        leaf.secret,
        judgeSecret(found.get(leaf.secret), leaf, kept.state.leaves[leaf.secret], trusted, cas),
      ]),
    );
  }

  /** Decides, and finds out more where that is wanted. */
  private async decide(facts: Facts, kept: Kept): Promise<Decision> {
    const decision = next(facts);
    switch (decision.step.do) {
      case 'look':
        return this.decide({ ...facts, statefulSets: await this.statefulSets() }, kept);
      case 'ask':
        return this.decide({ ...facts, seen: await this.ask(decision.step.question, kept, facts.now) }, kept);
      default:
        return decision;
    }
  }

  private async statefulSets(): Promise<ReadonlyMap<string, StatefulSetObject | undefined>> {
    const entries = this.config.restarts.map(
      async (name) =>
        [name, await getObject<StatefulSetObject>(this.pathOf(name), this.right('get', name))] as const,
    );
    return new Map(await Promise.all(entries));
  }

  private async ask(question: Question, { state, cas }: Kept, now: number): Promise<Seen[]> {
    const endpoints = askable(question, this.endpoints);
    if (endpoints.length === 0) {
      return [];
    }
    const about = question.kind === 'serves' ? state.issuing : question.ca;
    const control = state.cas.find((ca) => ca.number !== about && !ca.keyless)?.number;
    const outcomes = await this.edges.prove(question.kind === 'serves' ? 'serves' : 'accepts', endpoints, {
      certificate: await probeCertificate(cas.get(about)!, now),
      control: control === undefined ? undefined : await probeCertificate(cas.get(control)!, now),
    });
    return this.absences.of(endpoints, outcomes, now);
  }

  private async perform(
    step: Step,
    kept: Kept,
    found: ReadonlyMap<string, SecretObject | undefined>,
    now: number,
  ): Promise<PkiState> {
    switch (step.do) {
      case 'save':
        return (await this.save(step.state, kept)).state;
      case 'rotate': {
        const { record, pair } = await newCa(this.config, newestOf(step.state).number + 1, now);
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
        await mergeObject(this.pathOf(step.statefulSet), this.right('patch', step.statefulSet), {
          spec: { template: { metadata: { annotations } } },
        });
        return kept.state;
      }
      default:
        return kept.state;
    }
  }

  private async save(state: PkiState, kept: Kept): Promise<Kept> {
    return JSON.stringify(state) === JSON.stringify(kept.state)
      ? kept
      : this.store.save(state, kept.cas, kept.object);
  }

  private async issue(
    state: PkiState,
    { cas }: Kept,
    secrets: readonly string[],
    now: number,
  ): Promise<Map<string, { record: LeafRecord; pair: KeyAndCertificate }>> {
    const ca = signerOf(state).number;
    const made = this.config.leaves
      .filter((leaf) => secrets.includes(leaf.secret))
      .map(async ({ secret, commonName, dnsNames }) => {
        const pair = await makeLeaf(cas.get(ca)!, { commonName, dnsNames }, this.config.leafSeconds, now);
        const { fingerprint, serial, notAfter } = factsOf(pair.certificate);
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
      this.config.leaves.flatMap(({ secret }) => {
        const record = made.get(secret)?.record ?? leaves[secret];
        return record === undefined ? [] : [[secret, record] as const];
      }),
    );
  }

  private async write(
    { state, cas }: Kept,
    found: ReadonlyMap<string, SecretObject | undefined>,
    secrets: readonly string[],
    pairOf: (name: string) => KeyAndCertificate,
  ): Promise<void> {
    const trusted = bundle(state, cas);
    for (const leaf of this.config.leaves.filter(({ secret }) => secrets.includes(secret))) {
      await this.store.writeLeaf(leaf, pairOf(leaf.secret), trusted, found.get(leaf.secret));
    }
  }

  /** Says what happened, what is waited for, and what ends before long. */
  private async tell(
    { step, news, waitsFor }: Decision,
    state: PkiState,
    status: Involved,
    now: number,
  ): Promise<void> {
    const pki = this.config.name;
    if (news) {
      const about =
        step.do === 'restart'
          ? { kind: 'StatefulSet', name: step.statefulSet, apiVersion: 'apps/v1', uid: step.uid }
          : status;
      await this.say(news, state, about);
    }
    const complaint = waitsFor.join('; ');
    if (complaint !== this.complaint && complaint !== '') {
      log.info('waiting', { pki, phase: state.phase, for: waitsFor.slice(0, 10), all: waitsFor.length });
    }
    this.complaint = complaint;
    const ca = newestOf(state);
    if (isLate(ca, now)) {
      const message = `${pki}: CA ${ca.number} ends at ${ca.notAfter} and was not replaced`;
      await recordEvent(this.namespace, status, 'Warning', 'AuthorityEnds', message);
    }
    for (const [name, one] of Object.entries(state.leaves).filter(([, leaf]) => isLate(leaf, now))) {
      const message = `${pki}: the certificate in ${name} ends at ${one.notAfter} and was not renewed`;
      await recordEvent(this.namespace, status, 'Warning', 'CertificateEnds', message);
    }
  }

  /** Events are forgotten after an hour or so, and whoever looks on another day should see one. */
  private async announce(state: PkiState, status: Involved, now: number): Promise<void> {
    const news = announcement(state, this.config, now);
    const isSaid = news?.message === this.announced.message && now - this.announced.at < ANNOUNCED_MS;
    if (news && !isSaid) {
      this.announced = { message: news.message, at: now };
      await this.say(news, state, status);
    }
  }

  private async say({ type, reason, message }: News, { phase }: PkiState, about: Involved): Promise<void> {
    const pki = this.config.name;
    log[type === 'Warning' ? 'warn' : 'info'](message, { pki, phase });
    await recordEvent(this.namespace, about, type, reason, `${pki}: ${message}`);
  }

  private pathOf(statefulSet: string): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/statefulsets/${statefulSet}`;
  }

  private right(verb: string, statefulSet: string): string {
    return `${verb} on StatefulSet ${this.namespace}/${statefulSet}`;
  }
}

/** The CAs that everybody is to trust, PEM. */
function bundle(state: PkiState, cas: ReadonlyMap<number, KeyAndCertificate>): string {
  return trustedBy(state)
    .map((number) => cas.get(number)!.certificate)
    .join('');
}
