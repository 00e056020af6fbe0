/* Reconcile loop of the authority: one step for each CA at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PORT, AuthorityConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../runtime/errors';
import { ApiServerUnavailable, ConflictError, getObject, patchObject } from '../kubernetes/client';
import { recordEvent } from '../kubernetes/events';
import { log } from '../runtime/log';
import { assertOwnNamespace } from '../runtime/namespace';
import { problems } from '../runtime/problems';
import { listen } from '../runtime/http-server';
import { AuthorityHealth } from './health';
import { AuthorityEdges, AuthorityReconciler } from './authority-reconciler';
import { AuthorityMetrics } from './metrics';
import { probeEndpoints } from './tls-probe';
import { Requests, parseRequests } from './requests';

/** Pause after a temporary failure. */
const RETRY_SECONDS = 2;
/** Pause after an error that an operator has to fix. */
const OPERATOR_ERROR_RETRY_SECONDS = 15;
/** Limits of the pause after a step. */
const MIN_REQUEUE_SECONDS = 0.05;
const MAX_REQUEUE_SECONDS = 60;

interface StatusObject {
  readonly metadata: { readonly uid?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

/** Runs the authority of a cluster until the signal. */
export async function runAuthority(config: AuthorityConfig, signal: AbortSignal): Promise<void> {
  await assertOwnNamespace(config);
  const health = new AuthorityHealth(config, performance.now());
  const metrics = new AuthorityMetrics(config, health);
  const server = await listen(AGENT_PORT, health, metrics, () => ({ problems: problems.current }));
  log.info('authority started', { cluster: config.clusterName, role: config.role, port: AGENT_PORT });
  const loop = new AuthorityReconcileLoop(config, { now: Date.now, probe: probeEndpoints }, health);
  try {
    while (!signal.aborted) {
      const seconds = await loop.reconcileAll();
      // Jitter: other authorities may probe the same servers.
      const pauseMs = Math.max(MIN_REQUEUE_SECONDS, seconds * (0.8 + 0.4 * Math.random())) * 1000;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    log.info('authority stopped');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Reconciles all CAs of a configuration. */
export class AuthorityReconcileLoop {
  private readonly reconcilers: readonly AuthorityReconciler[];
  private lastWarning = '';

  constructor(
    private readonly config: AuthorityConfig,
    edges: AuthorityEdges,
    private readonly health: Pick<AuthorityHealth, 'publish' | 'recordFailure'>,
  ) {
    this.reconcilers = config.pkis.map((pki) => new AuthorityReconciler(config.namespace, pki, edges));
  }

  /**
   * Reconciles each CA once. An operator error of one CA does not block the others.
   *
   * @returns pause before the next call, in seconds
   */
  async reconcileAll(): Promise<number> {
    let pause = MAX_REQUEUE_SECONDS;
    for (const reconciler of this.reconcilers) {
      try {
        pause = Math.min(pause, await this.reconcile(reconciler));
      } catch (error) {
        pause = Math.min(pause, await this.handleError(reconciler, error));
      }
    }
    return pause;
  }

  /** @returns pause before the next attempt, in seconds */
  private async handleError(reconciler: AuthorityReconciler, error: unknown): Promise<number> {
    const { name } = reconciler.config;
    if (error instanceof OperatorError) {
      const problem = `${error.message}; hint: ${error.hint}`;
      this.health.recordFailure(name, performance.now(), problem);
      await this.reportStuck(name, `cannot continue, operator action required: ${problem}`).catch(
        (reportError: unknown) => {
          // If the status cannot be written either, end the process with the error.
          if (reportError instanceof OperatorError) {
            throw error;
          }
        },
      );
      this.warnOnce(`${name}: ${problem}`);
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
    const object = { kind: 'ConfigMap', name: this.config.statusConfigMap, uid: status?.metadata.uid };
    await recordEvent(this.config.namespace, object, 'Warning', 'AuthorityStuck', `${name}: ${text}`);
  }

  private async reconcile(reconciler: AuthorityReconciler): Promise<number> {
    const { name } = reconciler.config;
    const status = await getObject<StatusObject>(this.statusPath, this.statusPermission('get'));
    const requests = this.requestsIn(status, reconciler);
    const object = { kind: 'ConfigMap', name: this.config.statusConfigMap, uid: status?.metadata.uid };
    const result = await reconciler.reconcile(requests, object);
    this.health.publish(name, { ...result, paused: requests.pause !== undefined }, performance.now());
    this.lastWarning = '';
    if (status !== undefined && status.data?.[name] !== result.status) {
      const data = { [name]: result.status };
      await patchObject(this.statusPath, this.statusPermission('patch'), { data });
    }
    return result.requeueAfterSeconds;
  }

  private requestsIn(status: StatusObject | undefined, reconciler: AuthorityReconciler): Requests {
    // The missing ConfigMap may have had a pause annotation.
    return status === undefined
      ? {
          pause: `ConfigMap ${this.config.statusConfigMap} is missing: apply the synthesized YAML`,
          ignored: [],
        }
      : parseRequests(status.metadata.annotations ?? {}, reconciler.config.name);
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
