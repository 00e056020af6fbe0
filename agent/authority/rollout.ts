/*
 * Restarts for what is not taken over while a server runs, and how it is known that they have done it.
 *
 * A listener shows its certificate, so it can be asked. The clients inside brokers, of Raft and of ZooKeeper, show theirs
 * to nobody that this program could be; pods would tell when they started, but to list them takes a right over all pods.
 * The StatefulSet tells enough: the id of a pass is new whenever a Secret was written, it gets into a template only when
 * every kubelet has surely seen that Secret, and a pod of that template has started after it.
 */
import { PkiConfig } from '../../lib/seam/agent-config';
import { IDLE_REQUEUE_SECONDS, Decision, ACTIVE_REQUEUE_SECONDS, Facts, EventContent, waitForEndpoints, normalEvent, saveDecision, waitDecision } from './decision';
import { judgeEndpoints } from './endpoint-checks';
import { nextRolloutStep } from './statefulset-rollout';
import { PkiState } from './state';
import { truncateList } from './status';

/** Until then the kubelet has surely noticed a new Secret, so that a pod that starts gets it. */
const MOUNT_SECONDS = 90;

/** Goes on with the restarts that are to be done; undefined when there are none. */
export function continueRollout(facts: Facts): Decision | undefined {
  const { config, state, now, statefulSets } = facts;
  const { pass } = state;
  if (pass === undefined) {
    return undefined;
  }
  if (statefulSets === undefined) {
    return { step: { do: 'look' }, waitsFor: [] };
  }
  const mountable = Date.parse(state.settledAt!) + MOUNT_SECONDS * 1000;
  const step = nextRolloutStep(pass, config.restartedStatefulSets, statefulSets, now, mountable);
  if (step === 'done') {
    return finishRollout(facts);
  }
  if ('restart' in step) {
    const uid = statefulSets.get(step.restart)?.metadata.uid;
    const message = `${step.restart} restarts for new certificates`;
    return {
      step: { do: 'restart', statefulSet: step.restart, uid, id: pass.id },
      event: normalEvent('RestartForCertificates', message),
      waitsFor: [],
    };
  }
  return 'finished' in step
    ? saveDecision({ ...state, pass: { ...pass, done: [...pass.done, step.finished] } })
    : waitDecision([step.waitingFor], Math.min(step.seconds ?? ACTIVE_REQUEUE_SECONDS, IDLE_REQUEUE_SECONDS));
}

/** A pass is over once everybody shows what the Secrets hold: a pod may have got an old one all the same. */
function finishRollout(facts: Facts): Decision {
  const { config, state, endpointResults: seen = [] } = facts;
  const over = saveDecision({ ...state, pass: undefined });
  // What was issued while a CA is still to become trusted cost no restart; that phase has a gate of its own.
  if (state.phase === 'trusting') {
    return over;
  }
  const closed = waitForEndpoints(facts, { kind: 'serves' });
  if (closed) {
    return closed;
  }
  const { skipped: leftOut } = judgeEndpoints({ kind: 'serves' }, seen, state, config.unreachableTimeoutSeconds);
  const message = `the restarts are done; not proven, out of reach: ${leftOut.join(', ')}`;
  return leftOut.length === 0
    ? over
    : { ...over, event: { type: 'Warning', reason: 'RestartsNotProven', message } };
}

/** What people hear while restarts are planned for later; undefined when there are none, or they have begun. */
export function rolloutAnnouncement({ pass }: PkiState, { restartedStatefulSets: restarts }: PkiConfig, now: number): EventContent | undefined {
  return pass === undefined || Date.parse(pass.notBefore) <= now
    ? undefined
    : normalEvent(
        'RestartsAnnounced',
        `from ${pass.notBefore} on, one after another: ${truncateList(restarts).join(', ')} restart for new certificates`,
      );
}
