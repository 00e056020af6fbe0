/* Decides how Secrets that are missing, damaged or outdated become right again. */
import { PkiConfig } from '../../lib/seam/agent-config';
import {
  Decision,
  EventContent,
  Facts,
  IDLE_REQUEUE_SECONDS,
  normalEvent,
  saveDecision,
  waitDecision,
} from './decision';
import { SecretVerdict } from './leaf-secret';
import { PkiState, iso, markSecretsPending, reissue, withRollout } from './state';

/** Reconciles the Secrets with the state. This continues during a pause, because pods cannot start without their Secret. */
export function repairSecrets(facts: Facts): Decision | undefined {
  const { config, state, now, secrets } = facts;
  const paused = pausedRepairs(facts);
  const secretsWith = (...verdicts: SecretVerdict[]) =>
    config.certificates
      .map((leaf) => leaf.secret)
      .filter((name) => verdicts.includes(secrets.get(name)!) && !paused.includes(name));
  const previous = secretsWith('previous');
  const missing = secretsWith('missing', 'foreign', 'previous');
  if (missing.length > 0) {
    const known = missing.filter((name) => state.certificates[name] !== undefined);
    const lost = known.filter((name) => !previous.includes(name));
    return {
      step: {
        do: 'issue',
        secrets: missing,
        state: reissue(state, config, now, known, config.restartNoticeSeconds),
      },
      event:
        lost.length > 0
          ? certificateLostEvent(lost, facts)
          : previous.length > 0
            ? previousCertificateEvent(previous)
            : undefined,
      waitingFor: [],
    };
  }
  const stale = secretsWith('stale');
  if (stale.length > 0) {
    const isDamaged = state.secretsWrittenAt !== undefined;
    return {
      step: { do: 'write', secrets: stale, state: rewrite(state, config, now) },
      event: isDamaged ? secretChangedEvent(stale, facts) : undefined,
      waitingFor: [],
    };
  }
  if (paused.length > 0) {
    return waitForContested(paused, facts);
  }
  return state.secretsWrittenAt === undefined
    ? saveDecision({ ...state, secretsWrittenAt: iso(now) })
    : undefined;
}

/** Secrets that are damaged and were repaired so often that the next repair has to wait. */
function pausedRepairs({ config, now, secrets, contested }: Facts): string[] {
  return config.certificates
    .map((leaf) => leaf.secret)
    .filter((name) => secrets.get(name) !== 'intact' && now < (contested?.get(name)?.next ?? 0));
}

function waitForContested(paused: readonly string[], { now, contested }: Facts): Decision {
  const next = Math.min(...paused.map((name) => contested!.get(name)!.next));
  return waitDecision(
    paused.map((name) => {
      const { change, count, next: at } = contested!.get(name)!;
      return `Secret ${name}, ${change} after ${count} repairs; stop that client, the next repair is at ${iso(at)}`;
    }),
    Math.min((next - now) / 1000, IDLE_REQUEUE_SECONDS),
  );
}

function changesOf(secrets: readonly string[], { contested }: Facts): string {
  const changes = secrets.map(
    (name) => `${name} (${contested?.get(name)?.change ?? 'changed by another client'})`,
  );
  return changes.join(', ');
}

function certificateLostEvent(secrets: readonly string[], facts: Facts): EventContent {
  const message = `missing or unknown certificates in Secrets ${changesOf(secrets, facts)}; issuing new ones`;
  return { type: 'Warning', reason: 'CertificateLost', message };
}

function secretChangedEvent(secrets: readonly string[], facts: Facts): EventContent {
  const message = `changed content of Secrets ${changesOf(secrets, facts)}; writing it again`;
  return { type: 'Warning', reason: 'SecretChanged', message };
}

/** Nothing was lost: the process ended before it wrote the Secrets. */
function previousCertificateEvent(secrets: readonly string[]): EventContent {
  const message = `previous certificates in Secrets ${secrets.join(', ')}; issuing new ones`;
  return normalEvent('CertificatesRenewed', message);
}

/** Pods that restarted while a Secret was damaged may have read it, so the rollout starts again. */
function rewrite(state: PkiState, config: PkiConfig, now: number): PkiState {
  const isDamaged = state.secretsWrittenAt !== undefined && state.rollout !== undefined;
  const noticeSeconds = state.phase === 'stable' ? config.restartNoticeSeconds : 0;
  return isDamaged
    ? withRollout(markSecretsPending(state), config, now, noticeSeconds)
    : markSecretsPending(state);
}
