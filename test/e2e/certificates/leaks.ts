/*
 * Private keys are in Secrets only: not in logs, ConfigMaps, Events or other objects.
 */
import { KubectlError, kubectl, list } from '../kubernetes/kubectl';
import { Pod, Secret, containersOf } from '../kubernetes/objects';
import { podsOf } from '../kubernetes/pods';
import { assertNone } from '../waiting';
import { World } from '../world';

/** Searches logs, and all objects except Secrets, for private keys. */
export async function keysAreNowhereElse({ expectations }: World): Promise<string> {
  const within = `--namespace=${expectations.namespace}`;
  const [secrets, pods] = await Promise.all([
    list<Secret>(['secrets', within]),
    podsOf(expectations.namespace),
  ]);
  const current = secrets.flatMap(bodiesIn);
  const keys = [...new Set([...current, ...earlier])];
  if (current.length === 0) {
    throw new Error('no Secret contains a private key, so there is nothing to search for');
  }
  const kinds = 'configmaps,events,pods,statefulsets,deployments,jobs,cronjobs';
  const places = new Map([[kinds, await kubectl(['get', kinds, within, '--output=json'])]]);
  for (const pod of pods) {
    for (const { name } of containersOf(pod)) {
      for (const previous of [false, true]) {
        const args = ['logs', pod.metadata.name, within, `--container=${name}`, `--previous=${previous}`];
        const log = await kubectl(args).catch(nothingIfUnstarted);
        places.set(`log of ${name} in ${pod.metadata.name}${previous ? ' before its restart' : ''}`, log);
      }
    }
  }
  assertNone([
    ...[...places].flatMap(([place, text]) => leaksIn(text, keys).map((leak) => `${place}: ${leak}`)),
    ...pods.flatMap(secretsInEnvironment),
  ]);
  return `${keys.length} lines of keys and other secrets, of earlier certificates too, in ${places.size} places`;
}

const earlier = new Set<string>();

/** Adds a password, or another secret, to the search. */
export function rememberSecret(text: string): void {
  earlier.add(text);
}

/** Adds the private keys of a Secret to the search: replaced keys must not leak either. */
export function rememberKeysIn(secret: Secret): void {
  bodiesIn(secret).forEach((body) => earlier.add(body));
}

/** A container that has not started has no log, and one that has not restarted has no previous log. All other logs must be
 * readable. */
export function nothingIfUnstarted(error: unknown): string {
  if (
    error instanceof KubectlError &&
    /previous terminated container .* not found|is waiting to start/.test(error.errors)
  ) {
    return '';
  }
  throw error;
}

const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\s|\\n|\\r)*[A-Za-z0-9+/]{16}/;

/** Private keys in a text. A program may contain the PEM header and footer without a key. */
export function leaksIn(text: string, keys: readonly string[]): string[] {
  const known = keys.filter((key) => text.includes(key)).length;
  return [
    ...(PEM.test(text) ? ['a private key in PEM'] : []),
    ...(known > 0 ? [`${known} lines of private keys, or other secrets`] : []),
  ];
}

/** Lines of the private keys in a Secret, in PEM and in base64. */
export function bodiesIn({ data = {} }: Secret): string[] {
  return Object.values(data).flatMap((encoded) => {
    const text = Buffer.from(encoded, 'base64').toString();
    const blocks = text.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END/g) ?? [];
    const lines = blocks.flatMap((block) =>
      block.split('\n').filter((line) => /^[A-Za-z0-9+/=]{40,}$/.test(line)),
    );
    // If a file starts with a key, so does its base64 text.
    return blocks.length === 0
      ? []
      : [...lines, ...(text.startsWith('-----BEGIN') ? [encoded.slice(40, 160)] : [])];
  });
}

function secretsInEnvironment(pod: Pod): string[] {
  return containersOf(pod)
    .filter(
      ({ env = [], envFrom = [] }) =>
        env.some(({ valueFrom }) => valueFrom !== undefined && 'secretKeyRef' in valueFrom) ||
        envFrom.some((source) => 'secretRef' in source),
    )
    .map(({ name }) => `container ${name} of ${pod.metadata.name} gets a Secret as an environment variable`);
}
