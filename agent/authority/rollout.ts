/*
 * Rollouts for certificates that a running server cannot reload, and their verification.
 *
 * A listener presents its certificate, so it can be probed. The Raft and ZooKeeper clients in brokers present their
 * certificates only to servers. The start times of pods would show a restart, but listing pods requires permissions on all
 * pods. The StatefulSet is sufficient: every write of a Secret gets a new rollout id, the id is added to the pod template
 * only after every kubelet has seen the Secret, and pods of this template start afterwards.
 */
import { PkiConfig } from '../../lib/seam/agent-config';
import {
  IDLE_REQUEUE_SECONDS,
  Decision,
  ACTIVE_REQUEUE_SECONDS,
  Facts,
  EventContent,
  waitForEndpoints,
  normalEvent,
  saveDecision,
  waitDecision,
} from './decision';
import { judgeEndpoints } from './endpoint-checks';
import { nextRolloutStep } from './statefulset-rollout';
import { PkiState } from './state';
import { MAX_NAMED } from './status';
import { truncatedList } from '../text/truncated-list';

/** Time after which every kubelet has seen a new Secret, so that new pods mount it. */
const MOUNT_SECONDS = 90;

/** Continues a pending rollout. Returns undefined if there is none. */
export function continueRollout(facts: Facts): Decision | undefined {
  const { config, state, now, statefulSets } = facts;
  const { rollout } = state;
  if (rollout === undefined) {
    return undefined;
  }
  if (statefulSets === undefined) {
    return { step: { do: 'read StatefulSets' }, waitingFor: [] };
  }
  const mountable = Date.parse(state.secretsWrittenAt!) + MOUNT_SECONDS * 1000;
  const step = nextRolloutStep(rollout, config.restartedStatefulSets, statefulSets, now, mountable);
  if (step === 'done') {
    return finishRollout(facts);
  }
  if ('restart' in step) {
    const uid = statefulSets.get(step.restart)?.metadata.uid;
    const message = `restarting StatefulSet ${step.restart} for new certificates`;
    return {
      step: { do: 'restart', statefulSet: step.restart, uid, id: rollout.id },
      event: normalEvent('RolloutStarted', message),
      waitingFor: [],
    };
  }
  return 'finished' in step
    ? saveDecision({ ...state, rollout: { ...rollout, restarted: [...rollout.restarted, step.finished] } })
    : waitDecision([step.waitingFor], Math.min(step.seconds ?? ACTIVE_REQUEUE_SECONDS, IDLE_REQUEUE_SECONDS));
}

/** A rollout ends when all endpoints serve the certificates of the Secrets: a pod may have mounted an old Secret. */
function finishRollout(facts: Facts): Decision {
  const { config, state, endpointResults = [] } = facts;
  const finished = saveDecision({ ...state, rollout: undefined });
  // Certificates that are issued while the new CA is distributed require no rollout. That phase has its own check.
  if (state.phase === 'distributing-ca') {
    return finished;
  }
  const waiting = waitForEndpoints(facts, { kind: 'serves' });
  if (waiting) {
    return waiting;
  }
  const { skipped } = judgeEndpoints(
    { kind: 'serves' },
    endpointResults,
    state,
    config.unreachableTimeoutSeconds,
  );
  const message = `the rollout is complete; not verified, unreachable: ${skipped.join(', ')}`;
  return skipped.length === 0
    ? finished
    : { ...finished, event: { type: 'Warning', reason: 'RolloutNotVerified', message } };
}

/** Event for a rollout that has not started yet; undefined if there is none. */
export function rolloutAnnouncement(
  { rollout }: PkiState,
  { restartedStatefulSets }: PkiConfig,
  now: number,
): EventContent | undefined {
  return rollout === undefined || Date.parse(rollout.notBefore) <= now
    ? undefined
    : normalEvent(
        'RolloutAnnounced',
        `rolling restart for new certificates from ${rollout.notBefore}, in this order: ${truncatedList(restartedStatefulSets, MAX_NAMED)}`,
      );
}
