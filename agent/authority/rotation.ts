/*
 * Decides what an authority does next, from its state and what was found. A process may be killed between any two steps,
 * so each step either changes the state or brings something in line with it, and the state goes first: a Secret holds
 * nothing that the state does not know of.
 *
 * The rule behind the order of the phases: nobody gets a certificate of a CA before everybody trusts it, and nobody stops
 * trusting a CA before nobody has a certificate of it.
 */
import { PkiConfig } from '../../lib/private/agent-config';
import { Question, Seen, judgeEndpoints } from './gates';
import { SecretVerdict } from './leaf-secret';
import { Requests, met, newIn } from './requests';
import { StatefulSetObject, nextOfPass } from './restarts';
import { isRenewalDue, rotationOf } from './schedule';
import {
  Phase,
  PkiState,
  caOf,
  enter,
  iso,
  isForOthers,
  newestOf,
  signerOf,
  unsettled,
  withPass,
} from './state';

/** What a decision is made from. */
export interface Facts {
  readonly config: PkiConfig;
  readonly state: PkiState;
  readonly now: number;
  readonly requests: Requests;
  /** Of every Secret of the configuration. */
  readonly secrets: ReadonlyMap<string, SecretVerdict>;
  /** Answers to the question of this state; absent while it was not asked. */
  readonly seen?: readonly Seen[];
  /** StatefulSets that have to restart; absent while nobody looked. */
  readonly statefulSets?: ReadonlyMap<string, StatefulSetObject | undefined>;
}

/** One step. `state` is what the state becomes before anything else is done. */
export type Step =
  /** Issue certificates, and then write their Secrets. */
  | { readonly do: 'issue'; readonly secrets: readonly string[]; readonly state: PkiState }
  /** Write Secrets whose certificate is right and the rest is not. */
  | { readonly do: 'write'; readonly secrets: readonly string[]; readonly state: PkiState }
  /** Make the next CA; `state` is without it. */
  | { readonly do: 'rotate'; readonly state: PkiState }
  | { readonly do: 'save'; readonly state: PkiState }
  | { readonly do: 'restart'; readonly statefulSet: string; readonly uid?: string; readonly id: string }
  /** Decide again with more facts. */
  | { readonly do: 'ask'; readonly question: Question }
  | { readonly do: 'look' }
  | { readonly do: 'wait'; readonly seconds: number };

/** A step, and what people should know of it. */
export interface Decision {
  readonly step: Step;
  /** What happens by this step; absent when nothing that people care for. */
  readonly news?: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };
  readonly waitsFor: readonly string[];
}

/** Longest pause between looks while nothing is to be done, and while something is under way. */
const CALM_SECONDS = 10;
const EAGER_SECONDS = 3;
/** Until then the kubelet has surely noticed a new Secret, so that a pod that starts gets it. */
const MOUNT_SECONDS = 90;

/** Decides on the next step. */
export function next(facts: Facts): Decision {
  return mend(facts) ?? pause(facts) ?? PHASE_STEPS[facts.state.phase](facts);
}

const PHASE_STEPS: Readonly<Record<Phase, (facts: Facts) => Decision>> = {
  stable,
  trusting,
  renewing,
  dropping,
};

/** Brings the Secrets in line with the state: also while paused, since a pod without its Secret cannot start. */
function mend({ config, state, now, secrets }: Facts): Decision | undefined {
  const having = (...verdicts: SecretVerdict[]) =>
    config.leaves.map((leaf) => leaf.secret).filter((name) => verdicts.includes(secrets.get(name)!));
  const lost = having('missing', 'foreign');
  if (lost.length > 0) {
    const known = lost.filter((name) => state.leaves[name] !== undefined);
    const message = `${known.join(', ')} did not hold what was issued, and get new certificates`;
    return {
      step: { do: 'issue', secrets: lost, state: reissue(state, config, now, known, config.noticeSeconds) },
      news: known.length > 0 ? { type: 'Warning', reason: 'CertificateLost', message } : undefined,
      waitsFor: [],
    };
  }
  const stale = having('stale');
  if (stale.length > 0) {
    return { step: { do: 'write', secrets: stale, state: unsettled(state) }, waitsFor: [] };
  }
  return state.settledAt === undefined ? save({ ...state, settledAt: iso(now) }) : undefined;
}

function pause({ requests }: Facts): Decision | undefined {
  return requests.pause === undefined
    ? undefined
    : wait([`the end of the pause (${requests.pause || 'no reason given'})`], CALM_SECONDS);
}

function stable(facts: Facts): Decision {
  const { config, state, now, requests } = facts;
  const asked = newIn(requests, state.handled);
  const isDue = now >= rotationOf(caOf(state, state.issuing));
  if (asked.rotate !== undefined || isDue) {
    const notice = asked.rotate === undefined ? config.noticeSeconds : 0;
    const handled = met(asked, state.handled);
    const number = newestOf(state).number + 1;
    return {
      step: { do: 'rotate', state: withPass({ ...state, handled }, config, now, notice) },
      news: normal(
        'RotationStarted',
        `CA ${number} replaces CA ${state.issuing}: ${asked.rotate ?? 'it is time'}`,
      ),
      waitsFor: [],
    };
  }
  if (asked.renew !== undefined) {
    const all = config.leaves.map((leaf) => leaf.secret);
    const handled = met(asked, state.handled);
    return renew(all, reissue({ ...state, handled }, config, now, all, 0), asked.renew);
  }
  return renewDue(facts) ?? restart(facts) ?? wait([], CALM_SECONDS);
}

function trusting(facts: Facts): Decision {
  const { config, state, now } = facts;
  const ca = newestOf(state);
  // Once the old CA has ended there is nothing left to keep up.
  const isTooLate = now >= Date.parse(caOf(state, state.issuing).notAfter);
  const held = isTooLate
    ? undefined
    : (renewDue(facts) ??
      restart(facts) ??
      overlap(facts) ??
      gate(facts, { kind: 'accepts', ca: ca.number }));
  return (
    held ?? {
      step: {
        do: 'save',
        state: withPass({ ...enter(state, 'renewing', now), issuing: ca.number }, config, now, 0),
      },
      news: passed(
        facts,
        'CertificatesReplaced',
        `CA ${ca.number} is trusted, all certificates are issued anew`,
      ),
      waitsFor: [],
    }
  );
}

function renewing(facts: Facts): Decision {
  const { config, state, now } = facts;
  const old = config.leaves
    .map((leaf) => leaf.secret)
    .filter((name) => state.leaves[name]?.ca !== state.issuing);
  if (old.length > 0) {
    return renew(old, reissue(state, config, now, old, 0), undefined);
  }
  return (
    renewDue(facts) ??
    restart(facts) ??
    overlap(facts) ??
    gate(facts, { kind: 'serves' }) ?? {
      step: { do: 'save', state: withPass(enter(state, 'dropping', now), config, now, 0) },
      news: passed(
        facts,
        'OldCaDropped',
        `all certificates are of CA ${state.issuing}, no other is trusted now`,
      ),
      waitsFor: [],
    }
  );
}

function dropping(facts: Facts): Decision {
  const { state, now } = facts;
  const held = renewDue(facts) ?? restart(facts);
  if (held !== undefined) {
    return held;
  }
  const old = state.cas.filter((ca) => ca.number !== state.issuing);
  // What has ended is refused by everybody, and for what cannot sign there is nothing to show.
  const asked = old.find((ca) => !ca.keyless && now < Date.parse(ca.notAfter));
  const closed = asked && gate(facts, { kind: 'refuses', ca: asked.number });
  if (closed) {
    return closed;
  }
  const gone = new Set((asked ? [asked] : old).map((ca) => ca.number));
  const cas = state.cas.filter((ca) => !gone.has(ca.number));
  const left: PkiState = { ...state, cas };
  return cas.length > 1
    ? save(left)
    : {
        step: { do: 'save', state: { ...left, phase: 'stable', since: iso(now) } },
        news: passed(facts, 'RotationFinished', `CA ${state.issuing} is the only one, everywhere`),
        waitsFor: [],
      };
}

/** Renews what is due, or was issued for other names. What restarts cost is paid once for all. */
function renewDue({ config, state, now }: Facts): Decision | undefined {
  // Where the key of that CA is lost, only what is missing is worth a certificate that not everybody trusts.
  if (signerOf(state).number !== state.issuing) {
    return undefined;
  }
  const due = config.leaves.filter(({ secret }) => isRenewalDue(state.leaves[secret], state, now));
  const renamed = config.leaves.filter((leaf) => isForOthers(state.leaves[leaf.secret], leaf));
  const found =
    due.length > 0 && config.restarts.length > 0 ? config.leaves : [...new Set([...due, ...renamed])];
  const names = found.map((leaf) => leaf.secret);
  return names.length === 0
    ? undefined
    : renew(names, reissue(state, config, now, names, config.noticeSeconds), undefined);
}

/** The state in which certificates are issued anew, and asks for the restarts by which they are taken over. */
function reissue(
  state: PkiState,
  config: PkiConfig,
  now: number,
  replaced: readonly string[],
  noticeSeconds: number,
): PkiState {
  // A certificate of the old CA is replaced again before long, so it is worth no restart.
  return replaced.length === 0 || state.phase === 'trusting'
    ? unsettled(state)
    : withPass(unsettled(state), config, now, state.phase === 'stable' ? noticeSeconds : 0);
}

function renew(secrets: readonly string[], state: PkiState, why: string | undefined): Decision {
  const message = `new certificates for ${secrets.join(', ')}${why === undefined ? '' : `: ${why}`}`;
  return {
    step: { do: 'issue', secrets, state },
    news: normal('CertificatesRenewed', message),
    waitsFor: [],
  };
}

function restart({ config, state, now, statefulSets }: Facts): Decision | undefined {
  const { pass } = state;
  if (pass === undefined) {
    return undefined;
  }
  if (statefulSets === undefined) {
    return { step: { do: 'look' }, waitsFor: [] };
  }
  const mountable = Date.parse(state.settledAt!) + Math.min(MOUNT_SECONDS, config.overlapSeconds) * 1000;
  const step = nextOfPass(pass, config.restarts, statefulSets, now, mountable);
  if (step === 'done') {
    return save({ ...state, pass: undefined });
  }
  if ('restart' in step) {
    const uid = statefulSets.get(step.restart)?.metadata.uid;
    const message = `${step.restart} restarts for new certificates`;
    return {
      step: { do: 'restart', statefulSet: step.restart, uid, id: pass.id },
      news: normal('RestartForCertificates', message),
      waitsFor: [],
    };
  }
  return 'finished' in step
    ? save({ ...state, pass: { ...pass, done: [...pass.done, step.finished] } })
    : wait([step.waitingFor], Math.min(step.seconds ?? EAGER_SECONDS, CALM_SECONDS));
}

/** Those who cannot be asked get some time. */
function overlap({ config, state, now }: Facts): Decision | undefined {
  const end = Date.parse(state.settledAt!) + config.overlapSeconds * 1000;
  return now < end
    ? wait([`everybody to read the Secrets, until ${iso(end)}`], Math.min((end - now) / 1000, CALM_SECONDS))
    : undefined;
}

/** Closed until all endpoints have given the right answer. */
function gate({ config, state, seen }: Facts, question: Question): Decision | undefined {
  if (seen === undefined) {
    return { step: { do: 'ask', question }, waitsFor: [] };
  }
  const verdict = judgeEndpoints(question, seen, state, config.absenceSeconds);
  return verdict.open ? undefined : wait(verdict.waitsFor, EAGER_SECONDS);
}

function passed({ seen = [], state, config }: Facts, reason: string, message: string): Decision['news'] {
  const { leftOut } = judgeEndpoints({ kind: 'serves' }, seen, state, config.absenceSeconds);
  return leftOut.length === 0
    ? normal(reason, message)
    : { type: 'Warning', reason, message: `${message}; not waited for, out of reach: ${leftOut.join(', ')}` };
}

function normal(reason: string, message: string): Decision['news'] {
  return { type: 'Normal', reason, message };
}

function save(state: PkiState): Decision {
  return { step: { do: 'save', state }, waitsFor: [] };
}

function wait(waitsFor: readonly string[], seconds: number): Decision {
  return { step: { do: 'wait', seconds }, waitsFor };
}
