/* The loop: round by round, one step for each authority, until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PORT, AuthorityConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { ApiServerUnavailable, ConflictError, getObject, patchObject } from '../kubernetes/client';
import { recordEvent } from '../kubernetes/events';
import { log } from '../runtime/log';
import { listen } from '../runtime/http-server';
import { AuthorityHealth } from './health';
import { AuthorityEdges, AuthorityReconciler } from './authority-reconciler';
import { AuthorityMetrics } from './metrics';
import { probeEndpoints } from './tls-probe';
import { Requests, parseRequests } from './requests';

/** Pause after a failure, the least one after a step, and the longest of all. */
const RETRY_SECONDS = 2;
/** Pause while a person has something to mend. */
const OPERATOR_ERROR_RETRY_SECONDS = 15;
const MIN_REQUEUE_SECONDS = 0.05;
const MAX_REQUEUE_SECONDS = 60;

interface StatusObject {
  readonly metadata: { readonly uid?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

/** Keeps all authorities of a cluster. */
export async function runAuthority(config: AuthorityConfig, signal: AbortSignal): Promise<void> {
  const health = new AuthorityHealth(config, performance.now());
  const metrics = new AuthorityMetrics(config, health);
  const server = await listen(AGENT_PORT, health, metrics);
  log.info('serving', { cluster: config.clusterName, role: config.role, port: AGENT_PORT });
  const rounds = new AuthorityReconcileLoop(config, { now: Date.now, probe: probeEndpoints }, health);
  try {
    while (!signal.aborted) {
      const seconds = await rounds.reconcileAll();
      // Not in step with others that ask the same servers.
      const pauseMs = Math.max(MIN_REQUEUE_SECONDS, seconds * (0.8 + 0.4 * Math.random())) * 1000;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    log.info('stopped');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Rounds over all authorities. */
export class AuthorityReconcileLoop {
  private readonly reconcilers: readonly AuthorityReconciler[];
  private lastWarning = '';

  constructor(
    private readonly config: AuthorityConfig,
    edges: AuthorityEdges,
    private readonly health: Pick<AuthorityHealth, 'publish' | 'failed'>,
  ) {
    this.reconcilers = config.pkis.map((pki) => new AuthorityReconciler(config.namespace, pki, edges));
  }

  /**
   * Does one round. What a person has to mend in one authority holds up none of the others.
   *
   * @returns the pause before the next one, in seconds
   */
  async reconcileAll(): Promise<number> {
    let pause = MAX_REQUEUE_SECONDS;
    for (const keeper of this.reconcilers) {
      try {
        pause = Math.min(pause, await this.reconcile(keeper));
      } catch (error) {
        pause = Math.min(pause, await this.handleError(keeper, error));
      }
    }
    return pause;
  }

  /** @returns when to try again, in seconds */
  private async handleError(keeper: AuthorityReconciler, error: unknown): Promise<number> {
    const { name } = keeper.config;
    if (error instanceof OperatorError) {
      const refusal = `${error.message}; to mend it: ${error.hint}`;
      this.health.recordFailure(name, performance.now(), refusal);
      await this.reportStuck(name, `stuck: ${refusal}`).catch((why: unknown) => {
        // Where nobody can be told, the end of the process tells.
        if (why instanceof OperatorError) {
          throw error;
        }
      });
      this.warnOnce(`${name}: ${refusal}`);
      return OPERATOR_ERROR_RETRY_SECONDS;
    }
    this.health.recordFailure(name, performance.now());
    if (error instanceof ApiServerUnavailable || error instanceof ConflictError) {
      this.warnOnce(`waiting: ${reasonOf(error)}`);
      return RETRY_SECONDS;
    }
    throw error;
  }

  private async reportStuck(name: string, text: string): Promise<void> {
    const status = await getObject<StatusObject>(this.statusPath, this.statusPermission('get'));
    if (status !== undefined && status.data?.[name] !== text) {
      await patchObject(this.statusPath, this.statusPermission('patch'), { data: { [name]: text } });
    }
    const about = { kind: 'ConfigMap', name: this.config.statusConfigMap, uid: status?.metadata.uid };
    await recordEvent(this.config.namespace, about, 'Warning', 'AuthorityStuck', `${name}: ${text}`);
  }

  private async reconcile(keeper: AuthorityReconciler): Promise<number> {
    const { name } = keeper.config;
    const status = await getObject<StatusObject>(this.statusPath, this.statusPermission('get'));
    const requests = this.requestsIn(status, keeper);
    const about = { kind: 'ConfigMap', name: this.config.statusConfigMap, uid: status?.metadata.uid };
    const round = await keeper.reconcile(requests, about);
    this.health.publish(name, { ...round, paused: requests.pause !== undefined }, performance.now());
    this.lastWarning = '';
    if (status !== undefined && status.data?.[name] !== round.status) {
      const data = { [name]: round.status };
      await patchObject(this.statusPath, this.statusPermission('patch'), { data });
    }
    return round.requeueAfterSeconds;
  }

  private requestsIn(status: StatusObject | undefined, keeper: AuthorityReconciler): Requests {
    // A pause may have stood in what is missing.
    return status === undefined
      ? { pause: `ConfigMap ${this.config.statusConfigMap} is missing: apply the synthesized YAML`, ignored: [] }
      : parseRequests(status.metadata.annotations ?? {}, keeper.config.name);
  }

  private warnOnce(text: string): void {
    if (text !== this.lastWarning) {
      log.warn(text);
      this.lastWarning = text;
    }
  }

  private get statusPath(): string {
    return `/api/v1/namespaces/${this.config.namespace}/configmaps/${this.config.statusConfigMap}`;
  }

  private statusPermission(verb: string): string {
    return `${verb} on ConfigMap ${this.config.namespace}/${this.config.statusConfigMap}`;
  }
}
