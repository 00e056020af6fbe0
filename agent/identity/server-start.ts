/*
 * Steps that all kinds of servers take before they start: their disks, the ledger, and the loss of data that a person accepts.
 */
import { ACCEPT_DATA_LOSS_ANNOTATION, ServerPodConfig } from '../../lib/seam/agent-config';
import { ForceState } from '../annotations/force-request';
import { LossAcceptance, acceptanceHint, formatAcceptance } from '../annotations/loss-acceptance';
import { annotationIn, podAnnotations } from '../annotations/pod-annotations';
import { eventsOfPod } from '../kubernetes/events';
import { environment } from '../runtime/config';
import { log } from '../runtime/log';
import { Attempt, waitUntil } from '../runtime/wait';
import { claimedVolumes } from './claimed-volumes';
import { Disk, DiskState, assignDiskIds, describeLostDisks, diskStates, lostDisks } from './disk-id';
import { waitForMounts } from './disk-mounts';
import { Ledger, LedgerView } from './ledger';
import { writeLocation } from './location-file';
import { ServerLocation, isSame, locationOf, seenAt } from './server-location';
import { INIT_RETRY_MS, retryWhileUnavailable } from './start-conditions';
import { MissingCondition, StartVerdict } from './start-verdict';

/** A server that starts. */
export interface StartingServer {
  readonly id: number;
  readonly podName: string;
  /** Zone of its node; absent for controllers and ZooKeeper servers. */
  readonly zone?: string;
}

/** A server before its start. */
export class ServerStart {
  private readonly acceptance: LossAcceptance;
  private givenUp?: string;

  private constructor(
    private readonly config: ServerPodConfig,
    private readonly server: StartingServer,
    private readonly pod: { readonly name: string; readonly uid: string },
    private readonly ledger: Ledger,
    private readonly view: LedgerView,
    private readonly disks: readonly DiskState[],
  ) {
    this.acceptance = new LossAcceptance(pod.uid, view.entry?.acceptedLoss, config.maxForceSeconds);
  }

  /** Reads the ledger and the disks, and waits until the disks are mounted. */
  static async prepare(
    config: ServerPodConfig,
    server: StartingServer,
    disks: readonly Disk[],
    signal: AbortSignal,
  ): Promise<ServerStart> {
    const { id, podName } = server;
    const ledger = new Ledger(config.namespace, config.ledgerConfigMap);
    const view = await retryWhileUnavailable(() => ledger.view(id), signal);
    const states = diskStates(disks, view.entry?.disks);
    const pod = { name: podName, uid: environment('POD_UID') };
    await waitForMounts(config, { kind: 'Pod', ...pod }, states, signal);
    return new ServerStart(config, server, pod, ledger, view, states);
  }

  /** Facts of the ledger and the disks for the decision. */
  get facts() {
    const { disks, view, config } = this;
    const { id } = this.server;
    const emptyDisks = lostDisks(disks);
    return {
      id,
      hasBeenInSync: view.entry?.firstInSync !== undefined,
      othersInSync: view.othersInSync,
      emptyDisks,
      description:
        emptyDisks.length === 0
          ? undefined
          : describeLostDisks(disks, `${ownerName(config)} ${id}`, view.entry),
    };
  }

  /** True if the server starts because a person accepts the loss of data. */
  get isLossAccepted(): boolean {
    return this.givenUp !== undefined;
  }

  /** Kind of the quorum in the ledger. */
  get quorumKind() {
    return this.view.entry?.quorumKind;
  }

  /** First time at which the server was in sync. */
  get firstInSync(): string | undefined {
    return this.view.entry?.firstInSync;
  }

  /**
   * Repeats a decision until the server may start. The loss of data that is accepted is recorded before the start, so that it is an
   * answer to this loss only.
   *
   * @param decide returns the verdict, or the missing condition
   */
  async waitUntilAllowed(
    decide: (acceptedLoss: string | undefined) => Promise<StartVerdict | MissingCondition>,
    signal: AbortSignal,
  ): Promise<void> {
    await waitUntil<void>(
      async () => {
        const value = annotationIn(await podAnnotations(), ACCEPT_DATA_LOSS_ANNOTATION);
        const state = this.acceptance.evaluate(value, Date.now());
        const verdict = await decide(state.kind === 'active' ? formatAcceptance(state.request) : undefined);
        return 'waitingFor' in verdict ? verdict : this.attempt(verdict, state, signal);
      },
      INIT_RETRY_MS,
      signal,
    );
  }

  private async attempt(
    verdict: StartVerdict,
    state: ForceState,
    signal: AbortSignal,
  ): Promise<Attempt<void>> {
    const { namespace } = this.config;
    const { name: podName } = this.pod;
    if (!verdict.mayStart) {
      const waitingFor = `${verdict.reason}. ${acceptanceHint({ namespace, podName }, state)}`;
      if (verdict.needsAction) {
        await this.record('StartBlocked', waitingFor);
      }
      return { waitingFor };
    }
    await this.recordStart(verdict, state, signal);
    this.givenUp = verdict.givenUp;
    log.info(verdict.reason);
    if (verdict.givenUp !== undefined) {
      await this.record('DataLossAccepted', verdict.reason);
    } else if (this.facts.hasBeenInSync && this.facts.emptyDisks.length > 0) {
      await this.record('DataReplicatedAgain', verdict.reason);
    }
    return { done: undefined };
  }

  /** Records the location of this start, and the acceptance that it uses. Usually neither has changed. */
  private async recordStart(
    { givenUp }: StartVerdict,
    state: ForceState,
    signal: AbortSignal,
  ): Promise<void> {
    const { entry } = this.view;
    const last = locationOf(entry);
    const location = await this.locate(await assignDiskIds(this.disks), last);
    await writeLocation(location);
    const isRecorded = last !== undefined && isSame(last, location);
    const acceptedLoss =
      givenUp === undefined || state.kind !== 'active'
        ? {}
        : {
            acceptedLoss: {
              ...state.request,
              until: new Date(state.request.until).toISOString(),
              pod: this.pod.uid,
              givenUp,
            },
          };
    if (!isRecorded || givenUp !== undefined) {
      const next = { ...seenAt(entry, location, new Date().toISOString()), ...acceptedLoss };
      await retryWhileUnavailable(() => this.ledger.write(this.server.id, next), signal);
    }
  }

  private async locate(disks: readonly string[], last: ServerLocation | undefined): Promise<ServerLocation> {
    const { zone, podName } = this.server;
    const location = { node: environment('NODE_NAME'), ...(zone === undefined ? {} : { zone }), disks };
    const volumes =
      last !== undefined && isSame(last, location)
        ? last.volumes
        : await claimedVolumes(this.config.namespace, podName, this.config.disks);
    return volumes === undefined ? location : { ...location, volumes };
  }

  private record(reason: string, message: string): Promise<void> {
    return eventsOfPod(this.config.namespace, this.pod)('Warning', reason, message);
  }
}

function ownerName({ role }: ServerPodConfig): string {
  return role === 'zookeeper' ? 'ZooKeeper server' : role;
}
