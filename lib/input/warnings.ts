import { IConstruct } from 'constructs';

/**
 * Prints a warning: the configuration is valid, but has a disadvantage.
 *
 * It goes to standard error because `cdk8s synth` discards the standard output of the app.
 */
export function warn(message: string): void {
  console.error(`cdk8s-kafka: warning: ${message}`);
}

/**
 * Prints warnings once, at synth, when all constructs are known.
 *
 * @param find returns the warnings
 */
export function warnAtSynth(scope: IConstruct, find: () => readonly string[]): void {
  let isDone = false;
  scope.node.addValidation({
    validate: () => {
      if (!isDone) {
        find().forEach(warn);
        isDone = true;
      }
      return [];
    },
  });
}
