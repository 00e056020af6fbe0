/*
 * Decides the next step of a CA from its state and the observed facts. The process can be killed between any two steps. So
 * each step either changes the state or reconciles something with it, and the state is written first: a Secret never
 * contains a certificate that the state does not contain.
 *
 * Rule for the order of the phases: no certificate of a CA is issued before all servers and clients trust the CA, and a CA
 * stays trusted while any of its certificates is in use.
 */
import {
  IDLE_REQUEUE_SECONDS,
  Decision,
  Facts,
  waitForEndpoints,
  normalEvent,
  saveDecision,
  waitDecision,
} from './decision';
import { judgeEndpoints } from './endpoint-checks';
import { continueRollout } from './rollout';
import { markHandled, newRequests } from './requests';
import { isRenewalDue, rotationTime } from './schedule';
import { repairSecrets } from './secret-repairs';
import {
  Phase,
  PkiState,
  caByNumber,
  enterPhase,
  iso,
  hasOtherNames,
  newestCa,
  reissue,
  signingCa,
  withRollout,
} from './state';

/** Decides the next step. */
export function decideNextStep(facts: Facts): Decision {
  return repairSecrets(facts) ?? pausedDecision(facts) ?? PHASE_STEPS[facts.state.phase](facts);
}

const PHASE_STEPS: Readonly<Record<Phase, (facts: Facts) => Decision>> = {
  stable,
  'distributing-ca': distributingCa,
  reissuing,
  'removing-ca': removingCa,
};

function pausedDecision({ requests }: Facts): Decision | undefined {
  return requests.pause === undefined
    ? undefined
    : waitDecision([`the end of the pause (${requests.pause || 'no reason given'})`], IDLE_REQUEUE_SECONDS);
}

function stable(facts: Facts): Decision {
  const { config, state, now, requests } = facts;
  const unhandled = newRequests(requests, state.handledRequests);
  const isDue = now >= rotationTime(caByNumber(state, state.issuingCa));
  if (unhandled.rotate !== undefined || isDue) {
    const notice = unhandled.rotate === undefined ? config.restartNoticeSeconds : 0;
    const handledRequests = markHandled(unhandled, state.handledRequests);
    const number = newestCa(state).number + 1;
    return {
      step: { do: 'rotate', state: withRollout({ ...state, handledRequests }, config, now, notice) },
      event: normalEvent(
        'RotationStarted',
        `CA ${number} replaces CA ${state.issuingCa}: ${unhandled.rotate ?? 'scheduled'}`,
      ),
      waitingFor: [],
    };
  }
  if (unhandled.renew !== undefined) {
    const all = config.certificates.map((leaf) => leaf.secret);
    const handledRequests = markHandled(unhandled, state.handledRequests);
    return renew(all, reissue({ ...state, handledRequests }, config, now, all, 0), unhandled.renew);
  }
  return renewDue(facts) ?? continueRollout(facts) ?? waitDecision([], IDLE_REQUEUE_SECONDS);
}

function distributingCa(facts: Facts): Decision {
  const { config, state, now } = facts;
  const ca = newestCa(state);
  // Do not wait once the old CA has expired.
  const isExpired = now >= Date.parse(caByNumber(state, state.issuingCa).notAfter);
  const waiting = isExpired
    ? undefined
    : (renewDue(facts) ??
      continueRollout(facts) ??
      waitForOverlap(facts) ??
      waitForEndpoints(facts, { kind: 'accepts', ca: ca.number }));
  return (
    waiting ?? {
      step: {
        do: 'save',
        state: withRollout({ ...enterPhase(state, 'reissuing', now), issuingCa: ca.number }, config, now, 0),
      },
      event: phaseEvent(
        facts,
        'ReissuingCertificates',
        `CA ${ca.number} is trusted by all servers; reissuing all certificates`,
      ),
      waitingFor: [],
    }
  );
}

function reissuing(facts: Facts): Decision {
  const { config, state, now } = facts;
  const old = config.certificates
    .map((leaf) => leaf.secret)
    .filter((name) => state.certificates[name]?.ca !== state.issuingCa);
  if (old.length > 0) {
    return renew(old, reissue(state, config, now, old, 0), undefined);
  }
  return (
    renewDue(facts) ??
    continueRollout(facts) ??
    waitForOverlap(facts) ??
    waitForEndpoints(facts, { kind: 'serves' }) ?? {
      step: { do: 'save', state: withRollout(enterPhase(state, 'removing-ca', now), config, now, 0) },
      event: phaseEvent(
        facts,
        'RemovingOldCa',
        `all certificates are issued by CA ${state.issuingCa}; removing all other CAs`,
      ),
      waitingFor: [],
    }
  );
}

function removingCa(facts: Facts): Decision {
  const { state, now } = facts;
  const pending = renewDue(facts) ?? continueRollout(facts);
  if (pending !== undefined) {
    return pending;
  }
  const old = state.cas.filter((ca) => ca.number !== state.issuingCa);
  // An expired CA is rejected anyway. A CA without its key cannot sign a certificate for the check.
  const checkedCa = old.find((ca) => !ca.keyless && now < Date.parse(ca.notAfter));
  const waiting = checkedCa && waitForEndpoints(facts, { kind: 'rejects', ca: checkedCa.number });
  if (waiting) {
    return waiting;
  }
  const removed = new Set((checkedCa ? [checkedCa] : old).map((ca) => ca.number));
  const cas = state.cas.filter((ca) => !removed.has(ca.number));
  const next: PkiState = { ...state, cas };
  return cas.length > 1
    ? saveDecision(next)
    : {
        step: { do: 'save', state: { ...next, phase: 'stable', since: iso(now) } },
        event: phaseEvent(facts, 'RotationFinished', `CA ${state.issuingCa} is the only trusted CA`),
        waitingFor: [],
      };
}

/** Renews certificates that are due or have other names. If that requires a rollout, all certificates are renewed. */
function renewDue({ config, state, now }: Facts): Decision | undefined {
  // If the key of the CA is lost, only missing certificates are issued: not all servers trust the next CA yet.
  if (signingCa(state).number !== state.issuingCa) {
    return undefined;
  }
  const due = config.certificates.filter(({ secret }) =>
    isRenewalDue(state.certificates[secret], state, now),
  );
  const renamed = config.certificates.filter((leaf) => hasOtherNames(state.certificates[leaf.secret], leaf));
  const renewed =
    due.length > 0 && config.restartedStatefulSets.length > 0
      ? config.certificates
      : [...new Set([...due, ...renamed])];
  const names = renewed.map((leaf) => leaf.secret);
  return names.length === 0
    ? undefined
    : renew(names, reissue(state, config, now, names, config.restartNoticeSeconds), undefined);
}

function renew(secrets: readonly string[], state: PkiState, reason: string | undefined): Decision {
  const message = `new certificates for Secrets ${secrets.join(', ')}${reason === undefined ? '' : `: ${reason}`}`;
  return {
    step: { do: 'issue', secrets, state },
    event: normalEvent('CertificatesRenewed', message),
    waitingFor: [],
  };
}

/** Waits for clients that cannot be probed. */
function waitForOverlap({ config, state, now }: Facts): Decision | undefined {
  const end = Date.parse(state.secretsWrittenAt!) + config.overlapSeconds * 1000;
  return now < end
    ? waitDecision(
        [`all clients to read the Secrets, until ${iso(end)}`],
        Math.min((end - now) / 1000, IDLE_REQUEUE_SECONDS),
      )
    : undefined;
}

function phaseEvent(
  { endpointResults = [], state, config }: Facts,
  reason: string,
  message: string,
): Decision['event'] {
  const { skipped } = judgeEndpoints(
    { kind: 'serves' },
    endpointResults,
    state,
    config.unreachableTimeoutSeconds,
  );
  return skipped.length === 0
    ? normalEvent(reason, message)
    : { type: 'Warning', reason, message: `${message}; not verified, unreachable: ${skipped.join(', ')}` };
}
