/*
 * Requests of persons to the recovery: annotations of its status ConfigMap.
 */
import { RECOVERY_ANNOTATIONS, RecoveryConfig } from '../../lib/seam/agent-config';
import { ForceRequestEvaluator, ForceState } from '../annotations/force-request';
import { log } from '../runtime/log';
import { RecoveryFacts } from './decide-recovery';
import { StatusObject } from './recovery-objects';

/** The value of the annotation, with the nodes first. */
const WITH_NODES = /^\s*nodes\s*=\s*([^;]*);(.*)$/s;

/** Format of the annotation that accepts the loss of nodes. */
export const ACCEPTANCE_FORMAT = 'nodes=<name>,<name>; until=<time>; by=<name>; reason=<text>';

/** Evaluates requests over time. */
export class RecoveryRequests {
  private readonly acceptance: ForceRequestEvaluator;

  constructor(private readonly config: Pick<RecoveryConfig, 'maxConsentSeconds' | 'statusConfigMap'>) {
    this.acceptance = new ForceRequestEvaluator(config.maxConsentSeconds);
  }

  /** Reads the requests. A missing ConfigMap may have had a pause annotation. */
  read(status: StatusObject | undefined, now: number): Pick<RecoveryFacts, 'pause' | 'acceptedNodes'> {
    if (status === undefined) {
      return {
        pause: `ConfigMap ${this.config.statusConfigMap} is missing: apply the synthesized YAML`,
        acceptedNodes: new Set(),
      };
    }
    const { annotations = {} } = status.metadata;
    const pause = annotations[RECOVERY_ANNOTATIONS.pause]?.trim();
    return {
      ...(pause === undefined ? {} : { pause }),
      acceptedNodes: this.acceptedNodes(annotations[RECOVERY_ANNOTATIONS.consent], now),
    };
  }

  /** Nodes whose loss is accepted. A value without nodes would be about losses that nobody has seen yet. */
  private acceptedNodes(value: string | undefined, now: number): ReadonlySet<string> {
    if (value === undefined) {
      return new Set();
    }
    const [, list = '', rest = ''] = WITH_NODES.exec(value) ?? [];
    const nodes = list.split(',').map((name) => name.trim());
    const state: ForceState = nodes.every((name) => name === '')
      ? { kind: 'ignored', reason: `the value names no nodes; write ${ACCEPTANCE_FORMAT}` }
      : this.acceptance.evaluate(rest, now);
    if (state.kind === 'ignored' && state.isExpired !== true) {
      log.warn(`annotation ${RECOVERY_ANNOTATIONS.consent} is ignored`, { reason: state.reason });
    }
    return new Set(state.kind === 'active' ? nodes.filter((name) => name !== '') : []);
  }
}
