/*
 * Marks for `isX` checks. `instanceof` fails when an app has two copies of this package, so instances carry a global
 * symbol instead.
 */

/** Marks an instance as one of a class of this package. */
export function markType(instance: object, className: string): void {
  Object.defineProperty(instance, symbolOf(className), { value: true });
}

/** True if the value is marked as an instance of the class. */
export function isOfType(value: unknown, className: string): boolean {
  return typeof value === 'object' && value !== null && symbolOf(className) in value;
}

function symbolOf(className: string): symbol {
  return Symbol.for(`cdk8s-kafka.${className}`);
}
