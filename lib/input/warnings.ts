import { IConstruct } from 'constructs';

/**
 * Tells the user of something that works and costs more than it seems.
 *
 * On standard error, because the cdk8s command line swallows standard output.
 */
export function warn(message: string): void {
  console.error(`cdk8s-kafka: warning: ${message}`);
}

/**
 * Tells, once, what is found when everything is known: at synth.
 *
 * @param find what to say of it
 */
export function warnAtSynth(scope: IConstruct, find: () => readonly string[]): void {
  let warned = false;
  scope.node.addValidation({
    validate: () => {
      if (!warned) {
        find().forEach(warn);
        warned = true;
      }
      return [];
    },
  });
}

/**
 * Tells of properties that nobody reads: where no compiler looks, a misspelled one would just have no effect. A class that
 * was made of a construct has properties of its own, so it is not for those.
 *
 * @param known all that there are; checked by the compiler to be complete
 */
export function warnUnknownProps<P extends object>(
  owner: string,
  props: P,
  known: Readonly<Record<keyof P, true>>,
): void {
  for (const [name, value] of Object.entries(props)) {
    if (value !== undefined && !Object.hasOwn(known, name)) {
      warn(
        `${owner} has no property '${name}', so it has no effect; there are ${Object.keys(known).join(', ')}`,
      );
    }
  }
}
