import { X509Certificate } from 'node:crypto';
import { getIfThere, getJson, kubectl } from '../kubernetes/kubectl';
import { KubernetesObject, Secret } from '../kubernetes/objects';
import { Expectations } from '../world';

/** Secret with the certificate of the brokers. */
export function brokersSecret({ clusterName }: Expectations): string {
  return `${clusterName}-tls`;
}

/** Reads a Secret. */
export async function secretOf({ namespace }: Expectations, name: string): Promise<Secret> {
  return getJson<Secret>(['secret', name, `--namespace=${namespace}`]);
}

/** A file of a Secret. */
export function textIn({ data }: Secret, file: string): string {
  return Buffer.from(data?.[file] ?? '', 'base64').toString();
}

/** Fingerprint of the certificate in a Secret; empty if there is none. */
export function fingerprintIn(secret: Secret): string {
  const text = textIn(secret, 'tls.crt');
  return text === '' ? '' : new X509Certificate(text).fingerprint256;
}

/** Fingerprint of the certificate that brokers must serve. */
export async function wantedFingerprint(expectations: Expectations): Promise<string> {
  return fingerprintIn(await secretOf(expectations, brokersSecret(expectations)));
}

/** Replaces an object. `apply` would keep a copy of a Secret in an annotation. */
export async function put(namespace: string, object: KubernetesObject): Promise<void> {
  const { kind, metadata } = object;
  const isThere = await getIfThere([kind.toLowerCase(), metadata.name, `--namespace=${namespace}`]);
  await kubectl([isThere ? 'replace' : 'create', '--filename=-'], { input: JSON.stringify(object) });
}

/** Replaces some files of a Secret. */
export async function overwrite(
  expectations: Expectations,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { metadata, ...secret } = await secretOf(expectations, name);
  const data = Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, Buffer.from(text).toString('base64')]),
  );
  const { labels, annotations, namespace } = metadata;
  // Without a resourceVersion, the update cannot conflict.
  const wanted = {
    ...secret,
    metadata: { name, namespace, labels, annotations },
    data: { ...secret.data, ...data },
  };
  await kubectl(['replace', '--filename=-'], { input: JSON.stringify(wanted) });
}
