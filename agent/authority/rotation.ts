/*
 * Decides what an authority does next, from its state and what was found. A process may be killed between any two steps,
 * so each step either changes the state or brings something in line with it, and the state goes first: a Secret holds
 * nothing that the state does not know of.
 *
 * The rule behind the order of the phases: nobody gets a certificate of a CA before everybody trusts it, and nobody stops
 * trusting a CA before nobody has a certificate of it.
 */
import { PkiConfig } from '../../lib/seam/agent-config';
import { CALM_SECONDS, Decision, Facts, News, gate, normal, save, wait } from './decision';
import { judgeEndpoints } from './gates';
import { SecretVerdict } from './leaf-secret';
import { restart } from './pass';
import { met, newIn } from './requests';
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
  const earlier = having('earlier');
  const missing = having('missing', 'foreign', 'earlier');
  if (missing.length > 0) {
    const known = missing.filter((name) => state.leaves[name] !== undefined);
    const lost = known.filter((name) => !earlier.includes(name));
    return {
      step: {
        do: 'issue',
        secrets: missing,
        state: reissue(state, config, now, known, config.noticeSeconds),
      },
      news: lost.length > 0 ? newsOfLoss(lost) : earlier.length > 0 ? newsOfEarlier(earlier) : undefined,
      waitsFor: [],
    };
  }
  const stale = having('stale');
  if (stale.length > 0) {
    return { step: { do: 'write', secrets: stale, state: rewrite(state, config, now) }, waitsFor: [] };
  }
  return state.settledAt === undefined ? save({ ...state, settledAt: iso(now) }) : undefined;
}

function newsOfLoss(secrets: readonly string[]): News {
  const message = `${secrets.join(', ')} did not hold what was issued, and get new certificates`;
  return { type: 'Warning', reason: 'CertificateLost', message };
}

/** Nothing was lost: an earlier process came no further. */
function newsOfEarlier(secrets: readonly string[]): News {
  const message = `${secrets.join(', ')} still held earlier certificates, and are written again`;
  return normal('CertificatesRenewed', message);
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

/** Who restarted while a Secret was damaged may have read it like that, so the restarts begin anew. */
function rewrite(state: PkiState, config: PkiConfig, now: number): PkiState {
  const isDamaged = state.settledAt !== undefined && state.pass !== undefined;
  const noticeSeconds = state.phase === 'stable' ? config.noticeSeconds : 0;
  return isDamaged ? withPass(unsettled(state), config, now, noticeSeconds) : unsettled(state);
}

function renew(secrets: readonly string[], state: PkiState, why: string | undefined): Decision {
  const message = `new certificates for ${secrets.join(', ')}${why === undefined ? '' : `: ${why}`}`;
  return {
    step: { do: 'issue', secrets, state },
    news: normal('CertificatesRenewed', message),
    waitsFor: [],
  };
}

/** Those who cannot be asked get some time. */
function overlap({ config, state, now }: Facts): Decision | undefined {
  const end = Date.parse(state.settledAt!) + config.overlapSeconds * 1000;
  return now < end
    ? wait([`everybody to read the Secrets, until ${iso(end)}`], Math.min((end - now) / 1000, CALM_SECONDS))
    : undefined;
}

function passed({ seen = [], state, config }: Facts, reason: string, message: string): Decision['news'] {
  const { leftOut } = judgeEndpoints({ kind: 'serves' }, seen, state, config.absenceSeconds);
  return leftOut.length === 0
    ? normal(reason, message)
    : { type: 'Warning', reason, message: `${message}; not waited for, out of reach: ${leftOut.join(', ')}` };
}
