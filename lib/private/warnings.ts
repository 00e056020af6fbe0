/**
 * Tells the user of something that works and costs more than it seems.
 *
 * On standard error, because the cdk8s command line swallows standard output.
 */
export function warn(message: string): void {
  console.error(`cdk8s-kafka: warning: ${message}`);
}
