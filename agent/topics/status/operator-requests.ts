/* Requests of operators: annotations of the status ConfigMap. */
import { ACCEPT_PRUNE_ANNOTATION, HOLD_SETTINGS_ANNOTATION } from '../../../lib/seam/agent-config';
import { evaluateForceRequest, formatForceRequest } from '../../annotations/force-request';
import { log } from '../../runtime/log';
import { StatusObject } from '../kubernetes-topics';
import { OperatorRequests } from '../plan/plan-run';

const MAX_ACCEPTANCE_SECONDS = 86_400;

/** Reads the requests, and logs those that are valid or ignored. */
export function operatorRequests({ annotations }: StatusObject, now: number): OperatorRequests {
  const force = evaluateForceRequest(annotations[ACCEPT_PRUNE_ANNOTATION], now, MAX_ACCEPTANCE_SECONDS);
  if (force.kind === 'ignored') {
    log.warn(`the annotation ${ACCEPT_PRUNE_ANNOTATION} is ignored: ${force.reason}`);
  } else if (force.kind === 'active') {
    log.info(`the decrease of the topic lists is accepted, ${formatForceRequest(force.request)}`);
  }
  const hold = annotations[HOLD_SETTINGS_ANNOTATION]?.trim() ?? '';
  if (hold !== '') {
    log.info('settings of topics are not changed', { annotation: HOLD_SETTINGS_ANNOTATION, value: hold });
  }
  return { isDecreaseAccepted: force.kind === 'active', areSettingsHeld: hold !== '' };
}
