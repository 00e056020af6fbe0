import { list } from '../kubernetes/kubectl';
import { eventually } from '../waiting';
import { Expectations } from '../world';

interface Lease {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly holderIdentity?: string };
}

/** Waits until no stop lease has a holder. */
export async function untilLeasesAreReleased({ namespace }: Expectations): Promise<void> {
  await eventually('stop leases without a holder', 60, async () => {
    const leases = await list<Lease>(['leases', `--namespace=${namespace}`]);
    const holders = leases.filter(
      ({ metadata, spec }) => metadata.name.endsWith('-stop') && spec?.holderIdentity,
    );
    return holders.length === 0
      ? { done: undefined }
      : {
          state: holders.map(({ metadata, spec }) => `${metadata.name}: ${spec?.holderIdentity}`).join(', '),
        };
  });
}
