/** Error that the caller has to fix. It is printed without a stack trace. */
export class CommandError extends Error {
  constructor(
    message: string,
    /** True if the command line is invalid. */
    readonly isUsage = false,
  ) {
    super(message);
  }
}
