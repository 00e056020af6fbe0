/*
 * The Kubernetes cluster is lost. All manifests and the disks of the nodes survive.
 */
import { recordsAreStillThere } from '../checks/records';
import { untilHealthy } from '../checks/sync';
import { labelNodes } from '../groups/common';
import { startClientPod } from '../kafka/client-pod';
import { kubectl, list } from '../kubernetes/kubectl';
import { PersistentVolume } from '../kubernetes/objects';
import { makeNamespace } from '../setup/cleaning';
import { outside } from '../setup/outside-commands';
import { Step } from '../steps';
import { eventually } from '../waiting';
import { World } from '../world';

/**
 * A new Kubernetes cluster with the disks of the old one continues the Kafka cluster. Each volume is bound to the claim that it had, and
 * the same YAML is applied.
 */
export function rebuiltCluster(prepareNodes: ReturnType<typeof labelNodes>): Step<World> {
  return {
    name: 'the Kubernetes cluster is rebuilt under the same disks',
    commands: ['E2E_CLUSTER_REBUILD'],
    run: async (world) => {
      const { expectations, manifest } = world;
      const { namespace } = expectations;
      await untilHealthy(world);
      const claims = await claimsByVolume(namespace);
      const begin = Date.now();
      await outside('E2E_CLUSTER_REBUILD');
      await makeNamespace(namespace);
      await prepareNodes();
      for (const [volume, claim] of claims) {
        await bind(namespace, volume, claim);
      }
      await kubectl(['apply', `--filename=${manifest.file}`]);
      await startClientPod(expectations);
      await untilHealthy(world);
      const seconds = Math.round((Date.now() - begin) / 1_000);
      return `${claims.size} volumes; in sync after ${seconds} s; ${await recordsAreStillThere(world)}`;
    },
  };
}

/** Names of the claims, by the name of their volume. The ledgers have them too. */
async function claimsByVolume(namespace: string): Promise<Map<string, string>> {
  const volumes = await list<PersistentVolume>(['persistentvolumes']);
  return new Map(
    volumes.flatMap(({ metadata, spec, status }) =>
      status.phase === 'Bound' && spec.claimRef?.namespace === namespace
        ? [[metadata.name, spec.claimRef.name] as const]
        : [],
    ),
  );
}

async function bind(namespace: string, volume: string, claim: string): Promise<void> {
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim };
  const patch = JSON.stringify({ spec: { claimRef } });
  await eventually(`volume ${volume} bound`, 120, async () =>
    kubectl(['patch', 'persistentvolume', volume, '--type=merge', `--patch=${patch}`]).then(
      () => ({ done: undefined }),
      (error: Error) => ({ state: error.message }),
    ),
  );
}
