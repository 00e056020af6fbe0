/*
 * The stop leases are deleted. Agents create them again, with the rights of their Roles.
 */
import { kubectl, list } from '../kubernetes/kubectl';
import { Finding } from './result';
import { restart, metadataStatefulSet, untilRolledOut } from './rollout';
import { Scenario, ScenarioContext } from './scenario';

interface Lease {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec?: { readonly leaseTransitions?: number };
}

/** All stop leases are deleted, and then a map and the quorum are restarted. */
export const rolloutWithoutLeases: Scenario = {
  name: 'rollout without stop leases',
  about:
    'All stop leases are deleted by hand. Then a map and the controllers are restarted: agents create the leases again, and restart one by one.',
  errors: 'none',
  act: async (context) => {
    const { expectations } = context.world;
    const statefulSets = [expectations.maps[0].statefulSet, metadataStatefulSet(expectations)];
    const before = await leasesOf(context);
    context.recorder.mark('delete the stop leases');
    await kubectl(['delete', 'leases', '--all', `--namespace=${expectations.namespace}`]);
    context.recorder.mark(`restart of ${statefulSets.join(' and ')}`);
    await restart(expectations, ...statefulSets);
    await untilRolledOut(expectations, ...statefulSets);
    const after = await leasesOf(context);
    return statefulSets.map((name) => leaseFinding(name, before, after));
  },
};

function leaseFinding(statefulSet: string, before: readonly Lease[], after: readonly Lease[]): Finding {
  const leaseIn = (leases: readonly Lease[]) =>
    leases.find(({ metadata }) => metadata.name === `${statefulSet}-stop`);
  const found = leaseIn(after);
  const [owner] = found?.metadata.ownerReferences ?? [];
  const isNew = found !== undefined && found.metadata.uid !== leaseIn(before)?.metadata.uid;
  const isOwned = owner?.kind === 'StatefulSet' && owner.name === statefulSet;
  const turns = found?.spec?.leaseTransitions ?? 0;
  return {
    expected: `a new Lease ${statefulSet}-stop belongs to the StatefulSet, and each server had a turn`,
    seen: found
      ? `${isNew ? 'new' : 'old'}, owner ${owner?.kind} ${owner?.name}, ${turns} turns`
      : 'no Lease',
    isMet: isNew && isOwned && turns >= 3,
  };
}

function leasesOf({ world }: ScenarioContext): Promise<readonly Lease[]> {
  return list<Lease>(['leases', `--namespace=${world.expectations.namespace}`]);
}
