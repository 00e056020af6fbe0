/*
 * Identity of a broker whose pod is deleted.
 */
import { getJson, kubectl } from '../kubernetes/kubectl';
import { Claim, Pod, conditionOf, isReady } from '../kubernetes/objects';
import { execIn, podOf, podsOf, stateOf } from '../kubernetes/pods';
import { assertNone, eventually } from '../waiting';
import { ExpectedBroker, World, brokersOf } from '../world';
import { recordsAreStillThere } from './records';
import { definedTopicsInSync } from './sync';

const DATA = '/var/lib/kafka/data-0/kafka-log';

interface Identity {
  readonly node: string;
  readonly claim: string;
  readonly volume: string;
  readonly nodeId: string;
  readonly directoryId: string;
}

/** A deleted broker pod returns with its identity. The readiness of other pods does not change. */
export async function deletedBrokerKeepsIdentity(world: World): Promise<string> {
  const { expectations } = world;
  const broker = brokersOf(expectations)[1];
  const before = await identityOf(expectations.namespace, broker.pod);
  const others = await readinessOfOthers(expectations.namespace, broker.pod);
  const { uid } = (await podOf(expectations.namespace, broker.pod))!.metadata;
  await kubectl(['delete', 'pod', broker.pod, `--namespace=${expectations.namespace}`], { seconds: 660 });
  await untilReplaced(expectations.namespace, broker.pod, uid);
  const after = await identityOf(expectations.namespace, broker.pod);
  assertNone([
    ...changesOf(broker, before, after),
    ...readinessChanges(others, await readinessOfOthers(expectations.namespace, broker.pod)),
  ]);
  await definedTopicsInSync(world);
  return `${broker.pod} on ${after.node} and ${after.volume}; ${await recordsAreStillThere(world)}`;
}

/** Waits until a pod is replaced by a ready pod with the same name. */
export async function untilReplaced(
  namespace: string,
  name: string,
  uid: string | undefined,
  seconds = 600,
): Promise<Pod> {
  return eventually<Pod>(`${name} replaced and ready`, seconds, async () => {
    const pod = await podOf(namespace, name);
    return pod && pod.metadata.uid !== uid && isReady(pod) ? { done: pod } : { state: stateOf(name, pod) };
  });
}

/** meta.properties on the disk of a broker. */
export async function metaPropertiesOf(namespace: string, pod: string): Promise<string> {
  return execIn({ namespace, pod, container: 'kafka' }, 'cat', `${DATA}/meta.properties`);
}

async function identityOf(namespace: string, name: string): Promise<Identity> {
  const pod = await getJson<Pod>(['pod', name, `--namespace=${namespace}`]);
  const claims = (pod.spec.volumes ?? [])
    .flatMap(({ persistentVolumeClaim: claim }) => (claim ? [claim.claimName] : []))
    .sort();
  const bound = await Promise.all(
    claims.map((claim) => getJson<Claim>(['persistentvolumeclaim', claim, `--namespace=${namespace}`])),
  );
  const text = await metaPropertiesOf(namespace, name);
  const property = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
  return {
    node: pod.spec.nodeName ?? '',
    claim: claims.join(' and '),
    volume: bound.map(({ spec }) => spec.volumeName).join(' and '),
    nodeId: property('node\\.id') ?? property('broker\\.id') ?? '',
    directoryId: property('directory\\.id') ?? '',
  };
}

function changesOf({ id, pod }: ExpectedBroker, before: Identity, after: Identity): string[] {
  const changed = (Object.keys(before) as (keyof Identity)[])
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key} of ${pod} was ${before[key]} and is ${after[key]}`);
  return [
    ...changed,
    ...(after.nodeId === String(id) ? [] : [`the disk of ${pod} is of broker ${after.nodeId}`]),
  ];
}

/** Readiness of each other pod, with the time of its last change, because polling can miss a change. */
async function readinessOfOthers(namespace: string, pod: string): Promise<Map<string, string>> {
  const others = (await podsOf(namespace)).filter(
    ({ metadata, status }) => metadata.name !== pod && ['Running', 'Pending'].includes(status.phase),
  );
  const lasting = others.filter(
    ({ metadata }) => metadata.labels?.['apps.kubernetes.io/pod-index'] !== undefined,
  );
  return new Map(
    lasting.map((other) => {
      const ready = conditionOf(other, 'Ready');
      return [other.metadata.name, `${ready?.status} since ${ready?.lastTransitionTime}`];
    }),
  );
}

function readinessChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before]
    .filter(([name, state]) => after.get(name) !== state)
    .map(([name, state]) => `${name} was ready=${state}, and is ready=${after.get(name)}`);
}
