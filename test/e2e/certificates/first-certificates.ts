import { KubernetesObject, Secret } from '../kubernetes/objects';
import { list } from '../kubernetes/kubectl';
import { World } from '../world';
import { untilStable } from './stable';

/** The first certificates are issued without manual steps. The duration is reported only. */
export async function firstCertificatesAreThere({ expectations, manifest }: World): Promise<string> {
  await untilStable(expectations);
  const within = `--namespace=${expectations.namespace}`;
  const applied = new Set(
    manifest.objects.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`),
  );
  const [objects, secrets] = await Promise.all([
    list<KubernetesObject>(['configmaps,serviceaccounts,services', within]),
    list<Secret>(['secrets', within]),
  ]);
  const begin = Math.min(
    ...objects
      .filter(({ kind, metadata }) => applied.has(`${kind.toLowerCase()}/${metadata.name}`))
      .map(createdAt),
  );
  const leaves = secrets.filter(({ type }) => type === 'kubernetes.io/tls');
  if (leaves.length === 0) {
    throw new Error('no Secret contains a certificate');
  }
  const times = leaves.map((secret) => `${secret.metadata.name} ${(createdAt(secret) - begin) / 1000} s`);
  return `after the first object was applied: ${times.join(', ')}`;
}

function createdAt({ metadata }: KubernetesObject): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}
