/*
 * Deletes many objects. kubectl waits for one object after another, which takes minutes for hundreds.
 */
import { eventually } from '../waiting';
import { kubectl } from './kubectl';

/** Deletes all objects of a kind that are in a namespace or have a label, and waits until they no longer exist. */
export async function deleteAll(
  kind: string,
  where: { readonly namespace: string } | { readonly selector: string },
  options: readonly string[] = [],
): Promise<void> {
  const place = 'namespace' in where ? [`--namespace=${where.namespace}`] : [`--selector=${where.selector}`];
  const which = 'namespace' in where ? ['--all', ...place] : place;
  await kubectl(['delete', kind, ...which, '--wait=false', ...options], { seconds: 300 });
  await eventually(`${kind} gone`, 300, async () => {
    const left = (await kubectl(['get', kind, ...place, '--output=name'])).trim();
    return left === '' ? { done: undefined } : { state: left.split('\n').slice(0, 5).join(', ') };
  });
}
