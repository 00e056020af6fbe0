/*
 * Problems of the agent itself, which the state of its server does not show. Any code of the process reports them here, so that one
 * metric and one field of `/readyz?verbose` show all of them.
 */
import { Gauge, Registry } from './prometheus';

/** Kinds of problems. Each one is a value of the label `kind`. */
export type ProblemKind =
  | 'api-server-unreachable'
  | 'internal-topics-not-created'
  | 'ledger-not-written'
  | 'rollout-paused'
  | 'second-view-missing'
  | 'secret-contested'
  | 'stop-delayed'
  | 'stop-lease-unknown';

/** Kinds that the agent of a server can have. */
export const SERVER_PROBLEMS: readonly ProblemKind[] = [
  'api-server-unreachable',
  'internal-topics-not-created',
  'ledger-not-written',
  'rollout-paused',
  'second-view-missing',
  'stop-delayed',
  'stop-lease-unknown',
];

/** Kinds that the authority can have. */
export const AUTHORITY_PROBLEMS: readonly ProblemKind[] = ['api-server-unreachable', 'secret-contested'];

/** Current problems with their reasons. */
export class Problems {
  private readonly reasons = new Map<ProblemKind, Map<string, string>>();

  /**
   * Reports a problem until it is cleared.
   *
   * @param source distinguishes reporters of the same kind, which must not clear the problem of each other
   */
  report(kind: ProblemKind, reason: string, source = ''): void {
    const ofKind = this.reasons.get(kind) ?? new Map<string, string>();
    this.reasons.set(kind, ofKind.set(source, reason));
  }

  /** Clears what the source has reported. */
  clear(kind: ProblemKind, source = ''): void {
    this.reasons.get(kind)?.delete(source);
  }

  /** Reports a problem if there is a reason; otherwise clears it. */
  update(kind: ProblemKind, reason: string | undefined, source = ''): void {
    if (reason === undefined) {
      this.clear(kind, source);
    } else {
      this.report(kind, reason, source);
    }
  }

  /** Reason of each current problem by its kind; the first one if several sources report the kind. */
  get current(): Readonly<Partial<Record<ProblemKind, string>>> {
    return Object.fromEntries(
      [...this.reasons].flatMap(([kind, ofKind]) =>
        [...ofKind.values()].slice(0, 1).map((reason) => [kind, reason]),
      ),
    );
  }
}

/** Problems of this process. */
export const problems = new Problems();

/** Adds the metric of the problems: 0 or 1 for each of the kinds. */
export function addProblemMetric(registry: Registry, kinds: readonly ProblemKind[], from = problems): void {
  new Gauge({
    name: 'cdk8s_kafka_agent_problem',
    help: '1 while the agent has a problem of this kind',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      const { current } = from;
      kinds.forEach((kind) => this.set({ kind }, Number(current[kind] !== undefined)));
    },
  });
}
