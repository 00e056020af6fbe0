/* The loop: round by round, one step for each authority, until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_PORT, AuthorityConfig } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from '../errors';
import { ApiServerUnavailable, Conflict, getObject, mergeObject } from '../kubernetes/client';
import { recordEvent } from '../kubernetes/events';
import { log } from '../log';
import { listen } from '../serve/http';
import { AuthorityHealth } from './health';
import { Edges, Keeper } from './keeper';
import { AuthorityMetrics } from './metrics';
import { proveAll } from './prove';
import { Requests, requestsIn } from './requests';

/** Pause after a failure, the least one after a step, and the longest of all. */
const RETRY_SECONDS = 2;
/** Pause while a person has something to mend. */
const REFUSED_SECONDS = 15;
const STEP_SECONDS = 0.05;
const LONGEST_SECONDS = 60;

interface StatusObject {
  readonly metadata: { readonly uid?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

/** Keeps all authorities of a cluster. */
export async function authority(config: AuthorityConfig, signal: AbortSignal): Promise<void> {
  const health = new AuthorityHealth(config, performance.now());
  const metrics = new AuthorityMetrics(config, health);
  const server = await listen(AGENT_PORT, health, metrics);
  log.info('serving', { cluster: config.clusterName, role: config.role, port: AGENT_PORT });
  const rounds = new Rounds(config, { now: Date.now, prove: proveAll }, health);
  try {
    while (!signal.aborted) {
      const seconds = await rounds.next();
      // Not in step with others that ask the same servers.
      const pauseMs = Math.max(STEP_SECONDS, seconds * (0.8 + 0.4 * Math.random())) * 1000;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    log.info('stopped');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Rounds over all authorities. */
export class Rounds {
  private readonly keepers: readonly Keeper[];
  private complaint = '';

  constructor(
    private readonly config: AuthorityConfig,
    edges: Edges,
    private readonly health: Pick<AuthorityHealth, 'publish' | 'failed'>,
  ) {
    this.keepers = config.pkis.map((pki) => new Keeper(config.namespace, pki, edges));
  }

  /**
   * Does one round. What a person has to mend in one authority holds up none of the others.
   *
   * @returns the pause before the next one, in seconds
   */
  async next(): Promise<number> {
    let pause = LONGEST_SECONDS;
    for (const keeper of this.keepers) {
      try {
        pause = Math.min(pause, await this.keep(keeper));
      } catch (error) {
        pause = Math.min(pause, await this.fail(keeper, error));
      }
    }
    return pause;
  }

  /** @returns when to try again, in seconds */
  private async fail(keeper: Keeper, error: unknown): Promise<number> {
    const { name } = keeper.config;
    if (error instanceof OperatorError) {
      const refusal = `${error.message}; to mend it: ${error.mend}`;
      this.health.failed(name, performance.now(), refusal);
      await this.showRefusal(name, `stuck: ${refusal}`).catch((why: unknown) => {
        // Where nobody can be told, the end of the process tells.
        if (why instanceof OperatorError) {
          throw error;
        }
      });
      this.complain(`${name}: ${refusal}`);
      return REFUSED_SECONDS;
    }
    this.health.failed(name, performance.now());
    if (error instanceof ApiServerUnavailable || error instanceof Conflict) {
      this.complain(`waiting: ${reasonOf(error)}`);
      return RETRY_SECONDS;
    }
    throw error;
  }

  private async showRefusal(name: string, text: string): Promise<void> {
    const status = await getObject<StatusObject>(this.statusPath, this.statusRight('get'));
    if (status !== undefined && status.data?.[name] !== text) {
      await mergeObject(this.statusPath, this.statusRight('patch'), { data: { [name]: text } });
    }
    const about = { kind: 'ConfigMap', name: this.config.status, uid: status?.metadata.uid };
    await recordEvent(this.config.namespace, about, 'Warning', 'AuthorityStuck', `${name}: ${text}`);
  }

  private async keep(keeper: Keeper): Promise<number> {
    const { name } = keeper.config;
    const status = await getObject<StatusObject>(this.statusPath, this.statusRight('get'));
    const requests = this.requestsIn(status, keeper);
    const about = { kind: 'ConfigMap', name: this.config.status, uid: status?.metadata.uid };
    const round = await keeper.round(requests, about);
    this.health.publish(name, { ...round, paused: requests.pause !== undefined }, performance.now());
    this.complaint = '';
    if (status !== undefined && status.data?.[name] !== round.status) {
      const data = { [name]: round.status };
      await mergeObject(this.statusPath, this.statusRight('patch'), { data });
    }
    return round.seconds;
  }

  private requestsIn(status: StatusObject | undefined, keeper: Keeper): Requests {
    // A pause may have stood in what is missing.
    return status === undefined
      ? { pause: `ConfigMap ${this.config.status} is missing: apply the synthesized YAML`, unsigned: [] }
      : requestsIn(status.metadata.annotations ?? {}, keeper.config.name);
  }

  private complain(text: string): void {
    if (text !== this.complaint) {
      log.warn(text);
      this.complaint = text;
    }
  }

  private get statusPath(): string {
    return `/api/v1/namespaces/${this.config.namespace}/configmaps/${this.config.status}`;
  }

  private statusRight(verb: string): string {
    return `${verb} on ConfigMap ${this.config.namespace}/${this.config.status}`;
  }
}
