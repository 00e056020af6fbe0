import { OperatorError } from '../runtime/errors';

type Kind = 'dynamic' | 'static';

/** @throws OperatorError if the configured kind of a quorum differs from the kind it was formed as */
export function assertSameQuorum(configured: Kind, formedAs: Kind | undefined): void {
  if (formedAs !== undefined && formedAs !== configured) {
    throw new OperatorError(
      `the quorum was formed with ${formedAs} voters, but is configured for ${configured} voters: it would not find its members`,
      `set quorumKind: QuorumKind.${formedAs.toUpperCase()} in the controllers of the KafkaCluster`,
    );
  }
}
