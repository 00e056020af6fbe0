/*
 * Restarts for what is not taken over while a server runs, and how it is known that they have done it.
 *
 * A listener shows its certificate, so it can be asked. The clients inside brokers, of Raft and of ZooKeeper, show theirs
 * to nobody that this program could be; pods would tell when they started, but to list them takes a right over all pods.
 * The StatefulSet tells enough: the id of a pass is new whenever a Secret was written, it gets into a template only when
 * every kubelet has surely seen that Secret, and a pod of that template has started after it.
 */
import { PkiConfig } from '../../lib/seam/agent-config';
import { CALM_SECONDS, Decision, EAGER_SECONDS, Facts, News, gate, normal, save, wait } from './decision';
import { judgeEndpoints } from './gates';
import { nextOfPass } from './restarts';
import { PkiState } from './state';
import { shortened } from './status';

/** Until then the kubelet has surely noticed a new Secret, so that a pod that starts gets it. */
const MOUNT_SECONDS = 90;

/** Goes on with the restarts that are to be done; undefined when there are none. */
export function restart(facts: Facts): Decision | undefined {
  const { config, state, now, statefulSets } = facts;
  const { pass } = state;
  if (pass === undefined) {
    return undefined;
  }
  if (statefulSets === undefined) {
    return { step: { do: 'look' }, waitsFor: [] };
  }
  const mountable = Date.parse(state.settledAt!) + MOUNT_SECONDS * 1000;
  const step = nextOfPass(pass, config.restarts, statefulSets, now, mountable);
  if (step === 'done') {
    return finish(facts);
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

/** A pass is over once everybody shows what the Secrets hold: a pod may have got an old one all the same. */
function finish(facts: Facts): Decision {
  const { config, state, seen = [] } = facts;
  const over = save({ ...state, pass: undefined });
  // What was issued while a CA is still to become trusted cost no restart; that phase has a gate of its own.
  if (state.phase === 'trusting') {
    return over;
  }
  const closed = gate(facts, { kind: 'serves' });
  if (closed) {
    return closed;
  }
  const { leftOut } = judgeEndpoints({ kind: 'serves' }, seen, state, config.absenceSeconds);
  const message = `the restarts are done; not proven, out of reach: ${leftOut.join(', ')}`;
  return leftOut.length === 0
    ? over
    : { ...over, news: { type: 'Warning', reason: 'RestartsNotProven', message } };
}

/** What people hear while restarts are planned for later; undefined when there are none, or they have begun. */
export function announcement({ pass }: PkiState, { restarts }: PkiConfig, now: number): News | undefined {
  return pass === undefined || Date.parse(pass.notBefore) <= now
    ? undefined
    : normal(
        'RestartsAnnounced',
        `from ${pass.notBefore} on, one after another: ${shortened(restarts).join(', ')} restart for new certificates`,
      );
}
