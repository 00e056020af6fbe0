import { OperatorError } from '../runtime/errors';

type Kind = 'dynamic' | 'static';

/** @throws when a quorum would be started as another kind than it was formed as */
export function assertSameQuorum(configured: Kind, formedAs: Kind | undefined): void {
  if (formedAs !== undefined && formedAs !== configured) {
    throw new OperatorError(
      `the quorum was formed with ${formedAs} voters, and is configured for ${configured} ones: it would not find its members`,
      `write quorumKind: QuorumKind.${formedAs.toUpperCase()} for the ControllerQuorum`,
    );
  }
}
