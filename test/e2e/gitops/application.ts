/*
 * Work on a cluster that an Argo CD Application applies every 20 seconds: a rollout, requests of operators, and a map that is
 * taken out and put back.
 */
import { sendRequest, untilDone } from '../certificates/rotation-request';
import { WITH_RESTARTS, underLoad } from '../certificates/under-load';
import { untilHealthy } from '../checks/sync';
import { command } from '../kubernetes/command';
import { kubectl, list } from '../kubernetes/kubectl';
import { Event, KubernetesObject } from '../kubernetes/objects';
import { podOf, podsOf, stateOf } from '../kubernetes/pods';
import { untilRolledOut } from '../restarts/rollout';
import { Manifest, synthesize } from '../setup/manifest';
import { Step } from '../steps';
import { assertNone, eventually } from '../waiting';
import { World } from '../world';
import { GitopsMode, GitopsProgram } from './gitops-program';

const FORCE_STOP = 'cdk8s-kafka.io/force-stop';
const PAUSE = 'cdk8s-kafka.io/pause-rotation';

/** Revision of the YAML on the cluster. Each step leaves another one. */
let revision = 0;

/** A step that operates the cluster through an Application. */
export function operatedBy(mode: GitopsMode): Step<World> {
  const apply = mode.isServerSide ? 'server-side' : 'client-side';
  return {
    name: `${mode.tracking} tracking, ${apply} apply`,
    run: async (world) => {
      const { namespace, clusterName } = world.expectations;
      const folder = await yamlOf(world, 'all');
      const application = await GitopsProgram.start(clusterName, namespace, folder.file, mode);
      try {
        const name = `gitops-${mode.tracking}-${apply}`;
        return await underLoad(world, name, () => operate(world, application, folder), WITH_RESTARTS);
      } catch (error) {
        throw new Error(`${(error as Error).message}\noutput of gitops:\n${application.lastLines}`);
      } finally {
        application.stop();
      }
    },
  };
}

async function operate(world: World, application: GitopsProgram, folder: Manifest): Promise<string> {
  const { expectations } = world;
  await application.untilInSync();
  const secrets = await uidsOf(expectations.namespace, 'secrets');
  await forceStop(world, ['--for=10m', '--by=e2e', '--reason=a test']);
  await annotateStatus(world, `${PAUSE}=e2e: a test`);
  await application.untilSynced(2);
  await assertAnnotated(world, FORCE_STOP, PAUSE);
  await untilStopIsForced(world);
  await forceStop(world, ['--end']);
  await annotateStatus(world, `${PAUSE}-`);
  const renewal = await sendRequest(expectations, 'cluster', 'renew');
  await untilDone(expectations, 'cluster', 'renew', renewal, 300);

  revision += 1;
  const next = await yamlOf(world, 'all');
  await application.replace(next.file);
  await untilRolledOut(expectations, 'events-main');

  const claims = await uidsOf(expectations.namespace, 'persistentvolumeclaims');
  await application.replace((await yamlOf(world, 'main')).file);
  await untilMapIsGone(world, 'extra');
  await application.untilInSync();
  await application.replace(next.file);
  await untilRolledOut(expectations, 'events-extra');
  await untilHealthy(world);
  await application.untilInSync();

  const { pruned, failures, syncs } = application.result;
  const known = new Set(
    [...folder.objects, ...next.objects].map(({ kind, metadata }) => `${kind}/${metadata.name}`),
  );
  assertNone([
    ...pruned
      .filter((object) => !known.has(object))
      .map((object) => `${object} was pruned, and was never in the folder`),
    ...(pruned.includes('StatefulSet/events-extra') ? [] : ['StatefulSet/events-extra was not pruned']),
    ...failures,
    ...changed('Secret', secrets, await uidsOf(expectations.namespace, 'secrets')),
    ...changed('claim', claims, await uidsOf(expectations.namespace, 'persistentvolumeclaims')),
  ]);
  return `${syncs.length} synchronizations, ${pruned.length} objects of a removed map pruned, ${claims.size} claims and ${secrets.size} Secrets kept`;
}

async function yamlOf({ expectations }: World, maps: string): Promise<Manifest> {
  return synthesize(`${expectations.program} ${maps} ${revision}`);
}

/** @throws if no object has one of the annotations any more */
async function assertAnnotated({ expectations }: World, ...annotations: string[]): Promise<void> {
  const objects = await list<KubernetesObject>([
    'configmaps,statefulsets,leases',
    `--namespace=${expectations.namespace}`,
  ]);
  const found = new Set(objects.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {})));
  const lost = annotations.filter((annotation) => !found.has(annotation));
  assertNone(lost.map((annotation) => `the annotation ${annotation} is gone after two synchronizations`));
}

async function forceStop({ expectations }: World, options: readonly string[]): Promise<void> {
  await command([
    'force-stop',
    `--namespace=${expectations.namespace}`,
    '--statefulset=events-main',
    ...options,
  ]);
}

/** Deletes a pod, and waits until an Event says that its stop was forced. */
async function untilStopIsForced(world: World): Promise<void> {
  const { namespace, maps } = world.expectations;
  const pod = `${maps[0].statefulSet}-${maps[0].brokerIds[0]}`;
  await kubectl(['delete', 'pod', pod, `--namespace=${namespace}`, '--wait=false']);
  await eventually(`an Event StopNotDelayed of ${pod}`, 120, async () => {
    const events = await list<Event>(['events', `--namespace=${namespace}`]);
    const found = events.some(
      ({ reason, involvedObject, message }) =>
        reason === 'StopNotDelayed' && involvedObject.name === pod && message.includes('forced by e2e'),
    );
    return found ? { done: undefined } : { state: stateOf(pod, await podOf(namespace, pod)) };
  });
  await untilHealthy(world);
}

async function annotateStatus({ expectations }: World, change: string): Promise<void> {
  const { namespace, clusterName } = expectations;
  const object = ['configmap', `${clusterName}-certificates`, `--namespace=${namespace}`];
  await kubectl(['annotate', ...object, '--overwrite', change]);
}

async function untilMapIsGone({ expectations: { namespace } }: World, map: string): Promise<void> {
  await eventually(`pods of map ${map} gone`, 300, async () => {
    const pods = await podsOf(namespace, `cdk8s-kafka.io/map=${map}`);
    return pods.length === 0 ? { done: undefined } : { state: `${pods.length} are there` };
  });
}

/** Uid of each object that is not being deleted, by name. */
async function uidsOf(namespace: string, kinds: string): Promise<Map<string, string | undefined>> {
  const objects = await list<KubernetesObject>([kinds, `--namespace=${namespace}`]);
  const kept = objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return new Map(kept.map(({ metadata }) => [metadata.name, metadata.uid]));
}

function changed(
  kind: string,
  before: ReadonlyMap<string, string | undefined>,
  now: ReadonlyMap<string, string | undefined>,
): string[] {
  return [...before]
    .filter(([name, uid]) => now.get(name) !== uid)
    .map(([name]) => `${kind} ${name} was deleted`);
}
