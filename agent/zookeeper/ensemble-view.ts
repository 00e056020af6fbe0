import { reasonOf } from '../runtime/errors';
import { ServerAddress, sendFourLetterWord } from './four-letter-word';

/** Mode of a server. Only the leader and followers serve clients. */
export type ServerMode = 'leader' | 'follower' | 'electing';

/** Modes of the servers of an ensemble. */
export interface EnsembleView {
  /** Modes by server id; servers that do not answer are missing. */
  readonly modes: ReadonlyMap<number, ServerMode>;
  /** Errors of the servers that did not answer. */
  readonly failures: readonly string[];
}

const DEADLINE_MS = 4_000;

/** Parses the mode from the answer to `srvr`. */
export function parseServerMode(answer: string): ServerMode {
  const [, mode] = /^Mode: (\w+)$/m.exec(answer) ?? [];
  return mode === 'leader' || mode === 'follower' ? mode : 'electing';
}

/**
 * Fetches the mode of one server.
 *
 * @throws Error that names the server, if it does not answer
 */
export async function fetchServerMode(server: ServerAddress): Promise<ServerMode> {
  return parseServerMode(await sendFourLetterWord(server, 'srvr', DEADLINE_MS));
}

/** Fetches the modes of several servers at the same time. */
export async function fetchEnsembleView(servers: ReadonlyMap<number, ServerAddress>): Promise<EnsembleView> {
  const failures: string[] = [];
  const modes = new Map<number, ServerMode>();
  await Promise.all(
    [...servers].map(async ([id, server]) => {
      try {
        modes.set(id, await fetchServerMode(server));
      } catch (error) {
        failures.push(reasonOf(error));
      }
    }),
  );
  return { modes, failures: failures.sort() };
}

/** Returns the ids of the servers that are the leader or a follower, and so belong to a quorum. */
export function servingIds({ modes }: EnsembleView): number[] {
  return [...modes]
    .filter(([, mode]) => mode !== 'electing')
    .map(([id]) => id)
    .sort((a, b) => a - b);
}
