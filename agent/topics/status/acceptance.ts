import { ACCEPT_PRUNE_ANNOTATION } from '../../../lib/seam/agent-config';
import { evaluateForceRequest, formatForceRequest } from '../../annotations/force-request';
import { log } from '../../runtime/log';
import { StatusObject } from '../kubernetes-topics';

const MAX_ACCEPTANCE_SECONDS = 86_400;

/** True if an operator accepts that the topic lists have become much shorter. */
export function acceptsDecrease({ annotations }: StatusObject, now: number): boolean {
  const force = evaluateForceRequest(annotations[ACCEPT_PRUNE_ANNOTATION], now, MAX_ACCEPTANCE_SECONDS);
  if (force.kind === 'ignored') {
    log.warn(`the annotation ${ACCEPT_PRUNE_ANNOTATION} is ignored: ${force.reason}`);
  } else if (force.kind === 'active') {
    log.info(`the decrease of the topic lists is accepted, ${formatForceRequest(force.request)}`);
  }
  return force.kind === 'active';
}
