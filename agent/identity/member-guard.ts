import { MissingCondition, StartVerdict } from './start-verdict';

/** View of the other members of a quorum. */
export interface MembersView<T> {
  /** Facts of a quorum that has a leader; undefined without one. */
  readonly view?: T;
  /** Errors of the members that did not answer. */
  readonly failures: readonly string[];
}

/** A member of a quorum before its start. */
export interface StartingMember<T> {
  /** True if its disk lacks the data of the last start. */
  readonly isLost: boolean;
  /** Number of the other members. */
  readonly otherCount: number;
  readonly observe: () => Promise<MembersView<T>>;
  readonly judge: (view: T | undefined, acceptedLoss: string | undefined) => StartVerdict;
}

/**
 * Returns a function that decides repeatedly whether a member of a quorum may start on its disk. Asks the other members only if the
 * disk is lost.
 */
export function decideMember<T>({
  isLost,
  otherCount,
  observe,
  judge,
}: StartingMember<T>): (acceptedLoss: string | undefined) => Promise<StartVerdict | MissingCondition> {
  let roundsWithoutLeader = 0;
  return async (acceptedLoss) => {
    if (!isLost) {
      return judge(undefined, acceptedLoss);
    }
    const { view, failures } = await observe();
    const verdict = judge(view, acceptedLoss);
    roundsWithoutLeader = view === undefined ? roundsWithoutLeader + 1 : 0;
    // The absence of a leader can allow the start, so it must last longer than an election.
    if (verdict.mayStart && verdict.givenUp === undefined && roundsWithoutLeader === 1 && otherCount > 0) {
      return { waitingFor: 'there is no quorum yet, which is normal at the first start; retrying once' };
    }
    return view === undefined && !verdict.mayStart
      ? { ...verdict, reason: [verdict.reason, ...failures].join('; ') }
      : verdict;
  };
}
