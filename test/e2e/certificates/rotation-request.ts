/*
 * Requests for certificates as operators make them: annotations of a ConfigMap, which also contains the status.
 */
import { randomBytes } from 'node:crypto';
import { getJson, kubectl } from '../kubernetes/kubectl';
import { ConfigMap } from '../kubernetes/objects';
import { eventually } from '../waiting';
import { Expectations } from '../world';

/** The CA of brokers and clients, or the CA of controllers or ZooKeeper. */
export type Pki = 'cluster' | 'metadata';

/** A request: new certificates, or a new CA. */
export type RotationAction = 'renew' | 'rotate';

const ANNOTATIONS = {
  cluster: { renew: 'cdk8s-kafka.io/renew-certificates', rotate: 'cdk8s-kafka.io/rotate-ca' },
  metadata: {
    renew: 'cdk8s-kafka.io/renew-metadata-certificates',
    rotate: 'cdk8s-kafka.io/rotate-metadata-ca',
  },
} as const;

/** Status of a CA in the ConfigMap. */
export interface PkiStatus {
  readonly phase: string;
  readonly waitingFor: readonly string[];
  readonly rollout?: object;
  readonly cas: readonly { readonly number: number }[];
  readonly handledRequests: { readonly [action in RotationAction]?: string };
}

/** Value of the last request. */
export function requestOf(
  annotations: Readonly<Record<string, string>> | undefined,
  pki: Pki,
  action: RotationAction,
): string | undefined {
  return annotations?.[ANNOTATIONS[pki][action]];
}

/** Requests an action, and returns the value of the request. */
export async function sendRequest(
  expectations: Expectations,
  pki: Pki,
  action: RotationAction,
): Promise<string> {
  const request = `e2e: test ${randomBytes(4).toString('hex')}`;
  const args = ['annotate', 'configmap', `${expectations.clusterName}-certificates`, '--overwrite'];
  await kubectl([...args, `--namespace=${expectations.namespace}`, `${ANNOTATIONS[pki][action]}=${request}`]);
  return request;
}

/** Status in the ConfigMap; undefined if there is none. */
export async function statusOf(
  { namespace, clusterName }: Expectations,
  pki: Pki,
): Promise<PkiStatus | undefined> {
  const args = ['configmap', `${clusterName}-certificates`, `--namespace=${namespace}`];
  const text = (await getJson<ConfigMap>(args)).data?.[pki];
  return text === undefined ? undefined : (JSON.parse(text) as PkiStatus);
}

/** Waits until a request is done, and returns its phases. */
export async function untilDone(
  expectations: Expectations,
  pki: Pki,
  action: RotationAction,
  request: string,
  seconds: number,
): Promise<string> {
  const begin = Date.now();
  const passed: string[] = [];
  await eventually(`${action} of ${pki}`, seconds, async () => {
    const status = await statusOf(expectations, pki);
    if (status?.handledRequests[action] !== request) {
      return { state: 'it has not started' };
    }
    const { phase } = status;
    const state = `${phase}: ${status.waitingFor.join('; ')}`;
    if (passed.at(-1)?.startsWith(phase) !== true) {
      passed.push(`${phase} ${Math.round((Date.now() - begin) / 1000)} s`);
    }
    return phase === 'stable' && !status.rollout && status.waitingFor.length === 0
      ? { done: undefined }
      : { state };
  });
  return passed.join(', ');
}

/** Numbers of the trusted CAs. */
export async function caNumbersOf(expectations: Expectations, pki: Pki): Promise<number[]> {
  return (await statusOf(expectations, pki))?.cas.map(({ number }) => number) ?? [];
}
