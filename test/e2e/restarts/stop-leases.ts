import { list } from '../kubernetes/kubectl';
import { eventually } from '../waiting';
import { Outcome } from '../world';

interface Lease {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly holderIdentity?: string };
}

/** Waits until no stop lease has a holder. */
export async function untilLeasesAreReleased({ namespace }: Outcome): Promise<void> {
  await eventually('no turn that is left over', 60, async () => {
    const leases = await list<Lease>(['leases', `--namespace=${namespace}`]);
    const held = leases.filter(({ spec }) => spec?.holderIdentity);
    return held.length === 0
      ? { done: undefined }
      : { state: held.map(({ metadata, spec }) => `${metadata.name}: ${spec?.holderIdentity}`).join(', ') };
  });
}
