import { KindError } from './kinds';
import { CommandError, ErrorKind } from './command-error';

/** Origin of a text, for messages. */
export interface Origin {
  /** File, or command of kubectl. */
  readonly source: string;
  /** States how to get a valid text. */
  readonly remedy: string;
  readonly errorKind: ErrorKind;
}

/**
 * Reads a text that this program has not written.
 *
 * @throws CommandError if the text is not JSON, or its values are not of the expected kind
 */
export function checked<T>(read: () => T, { source, remedy, errorKind }: Origin): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new CommandError(`${source} is not JSON: ${error.message}; ${remedy}`, errorKind);
    }
    if (error instanceof KindError) {
      throw new CommandError(`${source} is not valid: ${error.message}; ${remedy}`, errorKind);
    }
    throw error;
  }
}

/** Editors of Windows begin a file with a byte order mark, which JSON does not allow. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
