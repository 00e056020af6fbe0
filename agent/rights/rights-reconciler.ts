import { BrokerConfig, FILES, PATHS, ProgramRightsConfig } from '../../lib/seam/agent-config';
import { grant, revoke, rightsOf } from '../kafka/acls';
import { ownBroker } from '../kafka/addresses';
import { LiveBrokers } from '../kafka/cluster-view';
import { KafkaSession } from '../kafka/connection';
import { readConfig } from '../runtime/config';
import { reasonOf } from '../runtime/errors';
import { log } from '../runtime/log';
import { brokersOfMap } from '../topics/placement/brokers-of-map';
import { planRights } from './program-rights';

const DEADLINE_MS = 20_000;
/** The configuration changes while the agent runs, and somebody can delete ACLs. */
const INTERVAL_MS = 60_000;

const NAMES: Readonly<Record<ProgramRightsConfig['program'], string>> = {
  topics: 'the topic synchronization',
  recovery: 'the recovery',
};

/**
 * Gives the topic synchronization and the recovery their rights, so that they are no super users. The first broker of the map does it,
 * with the rights of a super user. The others check less often, in case the agent of the first one does not work.
 */
export class RightsReconciler {
  private startedAt?: number;
  private checkedAt?: number;
  private isBusy = false;
  private lastProblem = '';

  constructor(
    private readonly config: BrokerConfig,
    private readonly self: number,
    private readonly readRights: () => Promise<readonly ProgramRightsConfig[]> = mountedRights,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  /** Reconciles the rights, if it is the turn of this broker. Returns at once. */
  reconcile(view: LiveBrokers): void {
    const now = this.monotonicMs();
    this.startedAt ??= now;
    const position = brokersOfMap(this.config.brokerIds, { view }).live.findIndex(
      ({ id }) => id === this.self,
    );
    const dueAt =
      this.checkedAt === undefined
        ? this.startedAt + position * INTERVAL_MS
        : this.checkedAt + (position + 1) * INTERVAL_MS;
    if (this.isBusy || position < 0 || now < dueAt) {
      return;
    }
    this.isBusy = true;
    void this.reconcileOnce()
      .then(() => this.ended())
      .catch((error: unknown) => this.ended(reasonOf(error)))
      .finally(() => (this.isBusy = false));
  }

  private async reconcileOnce(): Promise<void> {
    for (const rights of await this.readRights()) {
      await this.give(rights);
    }
  }

  private async give(rights: ProgramRightsConfig): Promise<void> {
    const { program, principal } = rights;
    await KafkaSession.with(ownBroker(this.config, this.self), DEADLINE_MS, async (session) => {
      const existing = await rightsOf(session, principal);
      if (existing === undefined) {
        return;
      }
      const change = planRights(existing, rights);
      if (change.grant.length > 0) {
        await grant(session, principal, change.grant);
      }
      if (change.revoke.length > 0) {
        await revoke(session, principal, change.revoke);
      }
      if (change.grant.length + change.revoke.length > 0) {
        log.info(`rights of ${NAMES[program]} changed`, {
          principal,
          granted: change.grant.map(({ resource, operation }) => `${operation} ${resource}`),
          revoked: change.revoke.map(({ resource, operation }) => `${operation} ${resource}`),
        });
      }
    });
  }

  private ended(problem = ''): void {
    this.checkedAt = this.monotonicMs();
    if (problem !== '' && problem !== this.lastProblem) {
      log.warn('programs cannot be given their rights; they may be unable to work', { reason: problem });
    }
    this.lastProblem = problem;
  }
}

async function mountedRights(): Promise<readonly ProgramRightsConfig[]> {
  const config = await readConfig(`${PATHS.config}/${FILES.agentConfig}`, ['broker']);
  return config.programRights ?? [];
}
