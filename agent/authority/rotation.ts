/*
 * Decides what an authority does next, from its state and what was found. A process may be killed between any two steps,
 * so each step either changes the state or brings something in line with it, and the state goes first: a Secret holds
 * nothing that the state does not know of.
 *
 * The rule behind the order of the phases: nobody gets a certificate of a CA before everybody trusts it, and nobody stops
 * trusting a CA before nobody has a certificate of it.
 */
import { PkiConfig } from '../../lib/seam/agent-config';
import { IDLE_REQUEUE_SECONDS, Decision, Facts, EventContent, waitForEndpoints, normalEvent, saveDecision, waitDecision } from './decision';
import { judgeEndpoints } from './endpoint-checks';
import { SecretVerdict } from './leaf-secret';
import { continueRollout } from './rollout';
import { markHandled, newRequests } from './requests';
import { isRenewalDue, rotationTime } from './schedule';
import {
  Phase,
  PkiState,
  caByNumber,
  enterPhase,
  iso,
  hasOtherNames,
  newestCa,
  signingCa,
  markSecretsPending,
  withRollout,
} from './state';

/** Decides on the next step. */
export function decideNextStep(facts: Facts): Decision {
  return repairSecrets(facts) ?? pausedDecision(facts) ?? PHASE_STEPS[facts.state.phase](facts);
}

const PHASE_STEPS: Readonly<Record<Phase, (facts: Facts) => Decision>> = {
  stable,
  trusting,
  renewing,
  dropping,
};

/** Brings the Secrets in line with the state: also while paused, since a pod without its Secret cannot start. */
function repairSecrets({ config, state, now, secrets }: Facts): Decision | undefined {
  const having = (...verdicts: SecretVerdict[]) =>
    config.certificates.map((leaf) => leaf.secret).filter((name) => verdicts.includes(secrets.get(name)!));
  const earlier = having('earlier');
  const missing = having('missing', 'foreign', 'earlier');
  if (missing.length > 0) {
    const known = missing.filter((name) => state.leaves[name] !== undefined);
    const lost = known.filter((name) => !earlier.includes(name));
    return {
      step: {
        do: 'issue',
        secrets: missing,
        state: reissue(state, config, now, known, config.restartNoticeSeconds),
      },
      event: lost.length > 0 ? certificateLostEvent(lost) : earlier.length > 0 ? earlierCertificateEvent(earlier) : undefined,
      waitsFor: [],
    };
  }
  const stale = having('stale');
  if (stale.length > 0) {
    return { step: { do: 'write', secrets: stale, state: rewrite(state, config, now) }, waitsFor: [] };
  }
  return state.settledAt === undefined ? saveDecision({ ...state, settledAt: iso(now) }) : undefined;
}

function certificateLostEvent(secrets: readonly string[]): EventContent {
  const message = `${secrets.join(', ')} did not hold what was issued, and get new certificates`;
  return { type: 'Warning', reason: 'CertificateLost', message };
}

/** Nothing was lost: an earlier process came no further. */
function earlierCertificateEvent(secrets: readonly string[]): EventContent {
  const message = `${secrets.join(', ')} still held earlier certificates, and are written again`;
  return normalEvent('CertificatesRenewed', message);
}

function pausedDecision({ requests }: Facts): Decision | undefined {
  return requests.pause === undefined
    ? undefined
    : waitDecision([`the end of the pause (${requests.pause || 'no reason given'})`], IDLE_REQUEUE_SECONDS);
}

function stable(facts: Facts): Decision {
  const { config, state, now, requests } = facts;
  const asked = newRequests(requests, state.handled);
  const isDue = now >= rotationTime(caByNumber(state, state.issuing));
  if (asked.rotate !== undefined || isDue) {
    const notice = asked.rotate === undefined ? config.restartNoticeSeconds : 0;
    const handled = markHandled(asked, state.handled);
    const number = newestCa(state).number + 1;
    return {
      step: { do: 'rotate', state: withRollout({ ...state, handled }, config, now, notice) },
      event: normalEvent(
        'RotationStarted',
        `CA ${number} replaces CA ${state.issuing}: ${asked.rotate ?? 'it is time'}`,
      ),
      waitsFor: [],
    };
  }
  if (asked.renew !== undefined) {
    const all = config.certificates.map((leaf) => leaf.secret);
    const handled = markHandled(asked, state.handled);
    return renew(all, reissue({ ...state, handled }, config, now, all, 0), asked.renew);
  }
  return renewDue(facts) ?? continueRollout(facts) ?? waitDecision([], IDLE_REQUEUE_SECONDS);
}

function trusting(facts: Facts): Decision {
  const { config, state, now } = facts;
  const ca = newestCa(state);
  // Once the old CA has ended there is nothing left to keep up.
  const isTooLate = now >= Date.parse(caByNumber(state, state.issuing).notAfter);
  const held = isTooLate
    ? undefined
    : (renewDue(facts) ??
      continueRollout(facts) ??
      waitForOverlap(facts) ??
      waitForEndpoints(facts, { kind: 'accepts', ca: ca.number }));
  return (
    held ?? {
      step: {
        do: 'save',
        state: withRollout({ ...enterPhase(state, 'renewing', now), issuing: ca.number }, config, now, 0),
      },
      event: phaseEvent(
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
  const old = config.certificates
    .map((leaf) => leaf.secret)
    .filter((name) => state.leaves[name]?.ca !== state.issuing);
  if (old.length > 0) {
    return renew(old, reissue(state, config, now, old, 0), undefined);
  }
  return (
    renewDue(facts) ??
    continueRollout(facts) ??
    waitForOverlap(facts) ??
    waitForEndpoints(facts, { kind: 'serves' }) ?? {
      step: { do: 'save', state: withRollout(enterPhase(state, 'dropping', now), config, now, 0) },
      event: phaseEvent(
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
  const held = renewDue(facts) ?? continueRollout(facts);
  if (held !== undefined) {
    return held;
  }
  const old = state.cas.filter((ca) => ca.number !== state.issuing);
  // What has ended is refused by everybody, and for what cannot sign there is nothing to show.
  const asked = old.find((ca) => !ca.keyless && now < Date.parse(ca.notAfter));
  const closed = asked && waitForEndpoints(facts, { kind: 'refuses', ca: asked.number });
  if (closed) {
    return closed;
  }
  const gone = new Set((asked ? [asked] : old).map((ca) => ca.number));
  const cas = state.cas.filter((ca) => !gone.has(ca.number));
  const left: PkiState = { ...state, cas };
  return cas.length > 1
    ? saveDecision(left)
    : {
        step: { do: 'save', state: { ...left, phase: 'stable', since: iso(now) } },
        event: phaseEvent(facts, 'RotationFinished', `CA ${state.issuing} is the only one, everywhere`),
        waitsFor: [],
      };
}

/** Renews what is due, or was issued for other names. What restarts cost is paid once for all. */
function renewDue({ config, state, now }: Facts): Decision | undefined {
  // Where the key of that CA is lost, only what is missing is worth a certificate that not everybody trusts.
  if (signingCa(state).number !== state.issuing) {
    return undefined;
  }
  const due = config.certificates.filter(({ secret }) => isRenewalDue(state.leaves[secret], state, now));
  const renamed = config.certificates.filter((leaf) => hasOtherNames(state.leaves[leaf.secret], leaf));
  const found =
    due.length > 0 && config.restartedStatefulSets.length > 0 ? config.certificates : [...new Set([...due, ...renamed])];
  const names = found.map((leaf) => leaf.secret);
  return names.length === 0
    ? undefined
    : renew(names, reissue(state, config, now, names, config.restartNoticeSeconds), undefined);
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
    ? markSecretsPending(state)
    : withRollout(markSecretsPending(state), config, now, state.phase === 'stable' ? noticeSeconds : 0);
}

/** Who restarted while a Secret was damaged may have read it like that, so the restarts begin anew. */
function rewrite(state: PkiState, config: PkiConfig, now: number): PkiState {
  const isDamaged = state.settledAt !== undefined && state.pass !== undefined;
  const noticeSeconds = state.phase === 'stable' ? config.restartNoticeSeconds : 0;
  return isDamaged ? withRollout(markSecretsPending(state), config, now, noticeSeconds) : markSecretsPending(state);
}

function renew(secrets: readonly string[], state: PkiState, why: string | undefined): Decision {
  const message = `new certificates for ${secrets.join(', ')}${why === undefined ? '' : `: ${why}`}`;
  return {
    step: { do: 'issue', secrets, state },
    event: normalEvent('CertificatesRenewed', message),
    waitsFor: [],
  };
}

/** Those who cannot be asked get some time. */
function waitForOverlap({ config, state, now }: Facts): Decision | undefined {
  const end = Date.parse(state.settledAt!) + config.overlapSeconds * 1000;
  return now < end
    ? waitDecision([`everybody to read the Secrets, until ${iso(end)}`], Math.min((end - now) / 1000, IDLE_REQUEUE_SECONDS))
    : undefined;
}

function phaseEvent({ endpointResults: seen = [], state, config }: Facts, reason: string, message: string): Decision['event'] {
  const { skipped: leftOut } = judgeEndpoints({ kind: 'serves' }, seen, state, config.unreachableTimeoutSeconds);
  return leftOut.length === 0
    ? normalEvent(reason, message)
    : { type: 'Warning', reason, message: `${message}; not waited for, out of reach: ${leftOut.join(', ')}` };
}
