/** Something that whoever called has to mend. It is printed without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    /** Whether the command line makes no sense, rather than the cluster. */
    readonly isUsage = false,
  ) {
    super(message);
  }
}
