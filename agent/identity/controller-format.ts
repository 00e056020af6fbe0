/*
 * Arguments with which `kafka-storage format` prepares the disk of a controller. A controller of a new dynamic quorum is a voter
 * from the start; one that joins an existing quorum starts as an observer, and its agent adds it to the voters.
 */
import { QuorumMemberConfig } from '../../lib/seam/agent-config';
import { QuorumView } from '../kafka/quorum-view';
import { OperatorError } from '../runtime/errors';
import { Attempt } from '../runtime/wait';

/** Inputs of the decision. */
export interface ControllerFormatFacts {
  readonly id: number;
  readonly isDynamic: boolean;
  /** The configured controllers. */
  readonly configured: readonly QuorumMemberConfig[];
  /** Ids of the controllers that have been in the quorum, according to the ledger. */
  readonly recorded: readonly number[];
  /** The quorum as its leader describes it; absent without a leader that answers. */
  readonly quorum?: QuorumView;
  /** True if an operator has accepted the loss of the data of empty disks. */
  readonly isLossAccepted: boolean;
  /** Port of the listener of controllers. */
  readonly port: number;
  readonly hostOf: (id: number) => string;
}

/**
 * Returns the arguments, or the condition that is still missing.
 *
 * @throws OperatorError if the quorum is static, and does not include this controller
 */
export function controllerFormat(facts: ControllerFormatFacts): Attempt<readonly string[]> {
  const { id, isDynamic, configured, recorded, quorum, isLossAccepted } = facts;
  if (!isDynamic) {
    assertStaticVoter(id, quorum);
    return { done: [] };
  }
  if (quorum !== undefined) {
    const isVoter = quorum.voters.some((voter) => voter.id === id);
    return { done: isVoter ? initialControllers(facts, quorum.voters) : ['--no-initial-controllers'] };
  }
  if (recorded.length > 0 && !recorded.includes(id) && !isLossAccepted) {
    return {
      waitingFor:
        `controller ${id} has never been in the quorum of controllers ${recorded.join(', ')}, and joins it when it has a leader ` +
        'that answers',
    };
  }
  return { done: initialControllers(facts, configured) };
}

function initialControllers(
  { hostOf, port }: ControllerFormatFacts,
  voters: readonly { readonly id: number; readonly directoryId?: string }[],
): readonly string[] {
  const list = voters.map(({ id, directoryId }) => `${id}@${hostOf(id)}:${port}:${directoryId}`);
  return [`--initial-controllers=${list.join(',')}`];
}

function assertStaticVoter(id: number, quorum: QuorumView | undefined): void {
  const ids = quorum?.voters.map((voter) => voter.id) ?? [id];
  if (!ids.includes(id)) {
    throw new OperatorError(
      `the quorum is static and its voters are ${ids.join(', ')}, so controller ${id} cannot join it`,
      `set controllers.count back to ${ids.length}: the number of controllers of a static quorum cannot change`,
    );
  }
}
