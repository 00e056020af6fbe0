/** Exit codes of errors, as in sysexits.h. */
export const EXIT_CODES = {
  /** The command line is invalid. */
  usage: 64,
  /** A file, or the data of the cluster, is invalid. */
  data: 65,
  /** kubectl or the cluster does not answer. The same command may succeed later. */
  unavailable: 69,
  /** A file cannot be written. */
  output: 74,
  /** The cluster, or the synthesized YAML, has no such object. */
  missing: 78,
  /** A signal ended the command: 128 + 2 (SIGINT). */
  interrupted: 130,
} as const;

/** Kinds of errors. Each kind has an exit code. */
export type ErrorKind = keyof typeof EXIT_CODES;

/** Error that the caller has to fix. It is printed without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly kind: ErrorKind,
  ) {
    super(message);
  }
}
