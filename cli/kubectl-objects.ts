import { Kind } from './kinds';
import { checked } from './json';
import { Kubectl } from './edges';

/**
 * Reads an object or a list.
 *
 * @param args arguments after `kubectl get`
 * @returns undefined if the object does not exist
 * @throws CommandError if the output of kubectl is not of the expected kind
 */
export async function readObject<T>(
  args: readonly string[],
  kind: Kind<T>,
  kubectl: Kubectl,
): Promise<T | undefined> {
  const output = await kubectl(['get', ...args, '--ignore-not-found', '--output=json']);
  if (output.trim() === '') {
    return undefined;
  }
  return checked(() => kind(JSON.parse(output), ''), {
    source: `the output of kubectl get ${args[0]}`,
    remedy: 'run it to see its output',
    errorKind: 'unavailable',
  });
}
