import { reasonOf } from '../runtime/errors';
import { ServerAddress, sendFourLetterWord } from './four-letter-word';

/** What a server does. One that does neither of the first two serves nobody. */
export type ServerMode = 'leader' | 'follower' | 'electing';

/** An ensemble, as its servers say for themselves. */
export interface EnsembleView {
  /** By the number of the server; those that do not answer are missing. */
  readonly modes: ReadonlyMap<number, ServerMode>;
  /** Why servers could not be asked. */
  readonly failures: readonly string[];
}

const DEADLINE_MS = 4_000;

/** What a server says of itself in its answer to `srvr`. */
export function parseServerMode(answer: string): ServerMode {
  const [, mode] = /^Mode: (\w+)$/m.exec(answer) ?? [];
  return mode === 'leader' || mode === 'follower' ? mode : 'electing';
}

/**
 * Asks one server what it does.
 *
 * @throws Error that names the server, when it does not answer
 */
export async function fetchServerMode(server: ServerAddress): Promise<ServerMode> {
  return parseServerMode(await sendFourLetterWord(server, 'srvr', DEADLINE_MS));
}

/** Asks several servers at once. */
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

/** The servers that lead or follow: those of a quorum. */
export function servingIds({ modes }: EnsembleView): number[] {
  return [...modes]
    .filter(([, mode]) => mode !== 'electing')
    .map(([id]) => id)
    .sort((a, b) => a - b);
}
