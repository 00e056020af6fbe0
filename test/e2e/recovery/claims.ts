/*
 * Claims and local volumes of servers.
 */
import { getIfThere, getJson, kubectl, list } from '../kubernetes/kubectl';
import { Claim, Node, PersistentVolume } from '../kubernetes/objects';
import { ScenarioContext } from '../restarts/scenario';
import { eventually } from '../waiting';
import { World } from '../world';

const SECONDS = 300;

/** Claims of a pod and their volumes, by the name of the claim. */
export async function volumesOf({ expectations }: World, pod: string): Promise<Map<string, string>> {
  const claims = await list<Claim>(['persistentvolumeclaims', `--namespace=${expectations.namespace}`]);
  return new Map(
    claims
      .filter(({ metadata }) => new RegExp(`^data-\\d+-${pod}$`).test(metadata.name))
      .map(({ metadata, spec }) => [metadata.name, spec.volumeName ?? '']),
  );
}

/** Uids of the claims of a pod, by name. */
export async function claimUids({ expectations }: World, pod: string): Promise<Record<string, string>> {
  const claims = await list<Claim>(['persistentvolumeclaims', `--namespace=${expectations.namespace}`]);
  return Object.fromEntries(
    claims
      .filter(({ metadata }) => metadata.name.endsWith(`-${pod}`))
      .map(({ metadata }) => [metadata.name, metadata.uid ?? ''])
      .sort(),
  );
}

/** Path of the volume of a claim on its node. */
export async function localPathOf(namespace: string, claim: string): Promise<string> {
  const { spec } = await getJson<Claim>(['persistentvolumeclaim', claim, `--namespace=${namespace}`]);
  const volume = await getJson<PersistentVolume>(['persistentvolume', spec.volumeName ?? '']);
  if (volume.spec.local === undefined) {
    throw new Error(`claim ${claim} has no local volume`);
  }
  return volume.spec.local.path;
}

/** Deletes a pod with its claims, or some of them. The StatefulSet creates the pod and other claims. */
export async function deletePodWithClaims(
  { world, recorder }: ScenarioContext,
  pod: string,
  claims?: readonly string[],
): Promise<void> {
  const names = claims ?? [...(await volumesOf(world, pod)).keys()];
  const within = `--namespace=${world.expectations.namespace}`;
  recorder.mark(`delete ${[pod, ...names].join(' and ')}`);
  if (names.length > 0) {
    await kubectl(['delete', 'persistentvolumeclaims', ...names, within, '--wait=false']);
  }
  await kubectl(['delete', 'pod', pod, within, '--wait=false']);
}

/**
 * Gives pods the volumes of other claims, as if disks had been moved. While all nodes of their map are cordoned, no other volume is bound.
 *
 * @param volumes volumes by the name of the claim that gets them
 */
export async function rebind(
  context: ScenarioContext,
  pods: readonly string[],
  volumes: ReadonlyMap<string, string>,
  deleteOptions: readonly string[] = [],
): Promise<void> {
  const { world, recorder } = context;
  const { namespace } = world.expectations;
  const within = `--namespace=${namespace}`;
  const [{ nodeLabel }] = world.expectations.maps;
  const nodes = (await list<Node>(['nodes', `--selector=${nodeLabel.key}=${nodeLabel.value}`])).map(
    ({ metadata }) => metadata.name,
  );
  const claims = (await Promise.all(pods.map((pod) => volumesOf(world, pod)))).flatMap((found) => [
    ...found.keys(),
  ]);
  const uids = await Promise.all(claims.map((claim) => uidOf(namespace, claim)));
  await kubectl(['cordon', ...nodes]);
  try {
    recorder.mark(`other volumes for ${pods.join(' and ')}`);
    await kubectl(['delete', 'persistentvolumeclaims', ...claims, within, '--wait=false']);
    await kubectl(['delete', 'pods', ...pods, within, '--wait=false', ...deleteOptions]);
    await eventually('the claims gone', SECONDS, async () => {
      const found = await Promise.all(claims.map((claim) => uidOf(namespace, claim)));
      const left = claims.filter((_, index) => found[index] === uids[index]);
      return left.length === 0 ? { done: undefined } : { state: `${left.join(', ')} are there` };
    });
    for (const [claim, volume] of volumes) {
      const claimRef = {
        kind: 'PersistentVolumeClaim',
        namespace,
        name: claim,
        uid: null,
        resourceVersion: null,
      };
      const patch = JSON.stringify({ spec: { claimRef } });
      await kubectl(['patch', 'persistentvolume', volume, '--type=merge', `--patch=${patch}`]);
    }
    await eventually('the claims bound', SECONDS, async () => {
      const bound = await list<Claim>(['persistentvolumeclaims', within]);
      const names = new Map(bound.map(({ metadata, spec }) => [metadata.name, spec.volumeName]));
      const others = [...volumes].filter(([claim, volume]) => names.get(claim) !== volume);
      return others.length === 0
        ? { done: undefined }
        : { state: others.map(([claim]) => `${claim} has ${names.get(claim) ?? 'no volume'}`).join(', ') };
    });
  } finally {
    await kubectl(['uncordon', ...nodes]);
  }
}

async function uidOf(namespace: string, claim: string): Promise<string | undefined> {
  const found = await getIfThere<Claim>(['persistentvolumeclaim', claim, `--namespace=${namespace}`]);
  return found?.metadata.uid;
}
