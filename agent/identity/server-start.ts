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
import { Disk, DiskState, assignDiskIds, describeLostDisks, diskStates, lostDisks } from './disk-id';
import { waitForMounts } from './disk-mounts';
import { Ledger, LedgerView } from './ledger';
import { INIT_RETRY_MS, retryWhileUnavailable } from './start-conditions';
import { MissingCondition, StartVerdict } from './start-verdict';

/** A server before its start. */
export class ServerStart {
  private readonly acceptance: LossAcceptance;
  private givenUp?: string;

  private constructor(
    private readonly config: ServerPodConfig,
    private readonly id: number,
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
    id: number,
    podName: string,
    disks: readonly Disk[],
    signal: AbortSignal,
  ): Promise<ServerStart> {
    const ledger = new Ledger(config.namespace, config.ledgerConfigMap);
    const view = await retryWhileUnavailable(() => ledger.view(id), signal);
    const states = diskStates(disks, view.entry?.disks);
    const pod = { name: podName, uid: environment('POD_UID') };
    await waitForMounts(config, { kind: 'Pod', ...pod }, states, signal);
    return new ServerStart(config, id, pod, ledger, view, states);
  }

  /** Facts of the ledger and the disks for the decision. */
  get facts() {
    const { id, disks, view, config } = this;
    const emptyDisks = lostDisks(disks);
    return {
      id,
      hasBeenInSync: view.entry?.firstInSync !== undefined,
      othersInSync: view.othersInSync,
      emptyDisks,
      description:
        emptyDisks.length === 0 ? undefined : describeLostDisks(disks, `${ownerName(config)} ${id}`),
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
    }
    return { done: undefined };
  }

  /** Records the disks of this start, and the acceptance that it uses. Usually neither has changed. */
  private async recordStart(
    { givenUp }: StartVerdict,
    state: ForceState,
    signal: AbortSignal,
  ): Promise<void> {
    const { entry } = this.view;
    const disks = await assignDiskIds(this.disks);
    const isRecorded =
      disks.every((id) => entry?.disks?.includes(id)) && disks.length === entry?.disks?.length;
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
      const next = { ...entry, disks, ...acceptedLoss };
      await retryWhileUnavailable(() => this.ledger.write(this.id, next), signal);
    }
  }

  private record(reason: string, message: string): Promise<void> {
    return eventsOfPod(this.config.namespace, this.pod)('Warning', reason, message);
  }
}

function ownerName({ role }: ServerPodConfig): string {
  return role === 'zookeeper' ? 'ZooKeeper server' : role;
}
