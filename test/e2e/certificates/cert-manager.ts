/*
 * Simulates cert-manager, which the cluster does not have: its published CustomResourceDefinition of Certificates, and Secrets
 * as it writes them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { KeyAndCertificate, makeCa, makeLeaf } from '../../../agent/authority/issue';
import { untilHealthy } from '../checks/sync';
import { getIfThere, kubectl, list } from '../kubernetes/kubectl';
import { KubernetesObject, Secret, conditionOf } from '../kubernetes/objects';
import { ROOT } from '../setup/manifest';
import { Substitute } from '../setup/substitute';
import { assertNone, eventually } from '../waiting';
import { Expectations, World } from '../world';
import { refreshingSecrets } from './secret-refresh';
import { untilServed } from './probing';
import { put, wantedFingerprint } from './secrets';
import { untilStable } from './stable';
import { changesSince, podStatesOf } from './pod-changes';
import { underLoad } from './under-load';
import { E2E_LABEL } from '../kubernetes/test-pod';

const DEFINITION = 'certificates.cert-manager.io';
const SCHEMA = join(ROOT, 'test', 'schemas', 'custom', `${DEFINITION}.json.gz`);
const LIFE_SECONDS = 86_400;

/** Fields of a Certificate that are simulated. */
interface Certificate extends KubernetesObject {
  readonly spec: {
    readonly secretName: string;
    readonly secretTemplate?: { readonly labels?: Readonly<Record<string, string>> };
    readonly commonName: string;
    readonly dnsNames: readonly string[];
    readonly issuerRef: { readonly name: string; readonly kind: string; readonly group: string };
  };
}

/** An issuer with its own CA. */
export class CertManager implements Substitute {
  private ca?: Promise<KeyAndCertificate>;

  /** @throws when the cluster has cert-manager */
  async prepare(): Promise<void> {
    const found = await getIfThere<KubernetesObject>(['customresourcedefinition', DEFINITION]);
    if (found !== undefined && !isOurs(found)) {
      throw new Error(`the cluster has cert-manager, which this group simulates; use a cluster without it`);
    }
    await kubectl(['apply', '--server-side', '--filename=-'], { input: JSON.stringify(definition()) });
    await eventually(`${DEFINITION} to be served`, 60, async () => {
      const now = await getIfThere<KubernetesObject & Parameters<typeof conditionOf>[0]>([
        'customresourcedefinition',
        DEFINITION,
      ]);
      return now && conditionOf(now, 'Established')?.status === 'True'
        ? { done: undefined }
        : { state: 'it is not established' };
    });
  }

  /** Issues every Certificate again. Each Secret is written in one call, with its key. */
  async serve({ namespace }: Expectations): Promise<void> {
    this.ca ??= makeCa('e2e', LIFE_SECONDS, Date.now());
    const ca = await this.ca;
    const certificates = await list<Certificate>([DEFINITION, `--namespace=${namespace}`]);
    if (certificates.length === 0) {
      throw new Error('the YAML has no Certificate');
    }
    for (const certificate of certificates) {
      await put(namespace, await secretFor(certificate, ca));
    }
  }

  async remove(): Promise<void> {
    const found = await getIfThere<KubernetesObject>(['customresourcedefinition', DEFINITION]);
    if (found !== undefined && isOurs(found)) {
      await kubectl(['delete', 'customresourcedefinition', DEFINITION]);
    }
  }
}

/** Renews certificates and keys twice. Brokers load them without a restart. */
export function renewedTwice(certManager: CertManager): (world: World) => Promise<string> {
  return async (world) => {
    const { expectations } = world;
    await untilHealthy(world);
    // The authority does not issue the certificates of brokers and clients.
    await untilStable(expectations, ['metadata']);
    const before = await podStatesOf(expectations);
    const summary = await underLoad(world, 'cert-manager', () =>
      refreshingSecrets(expectations, async () => {
        const times: string[] = [];
        for (let time = 1; time <= 2; time += 1) {
          const begin = Date.now();
          await certManager.serve(expectations);
          await untilServed(expectations, await wantedFingerprint(expectations), 120);
          times.push(`${((Date.now() - begin) / 1000).toFixed(1)} s`);
        }
        return `all brokers serve it after ${times.join(', ')}`;
      }),
    );
    assertNone(changesSince(before, await podStatesOf(expectations)));
    return summary;
  };
}

function isOurs({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[E2E_LABEL] === 'true';
}

function definition(): object {
  const { schema } = JSON.parse(gunzipSync(readFileSync(SCHEMA)).toString()) as { readonly schema: object };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: DEFINITION, labels: { [E2E_LABEL]: 'true' } },
    spec: {
      group: 'cert-manager.io',
      scope: 'Namespaced',
      names: {
        kind: 'Certificate',
        listKind: 'CertificateList',
        plural: 'certificates',
        singular: 'certificate',
      },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

async function secretFor({ metadata, spec }: Certificate, ca: KeyAndCertificate): Promise<Secret> {
  const { commonName, dnsNames, issuerRef, secretName, secretTemplate } = spec;
  const { key, certificate } = await makeLeaf(ca, { commonName, dnsNames }, LIFE_SECONDS, Date.now());
  const files = {
    'tls.crt': certificate,
    'tls.key': key,
    'ca.crt': ca.certificate,
    'tls-combined.pem': `${key}\n${certificate}`,
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: {
      name: secretName,
      namespace: metadata.namespace,
      labels: { ...secretTemplate?.labels, 'controller.cert-manager.io/fao': 'true' },
      annotations: {
        'cert-manager.io/alt-names': dnsNames.join(','),
        'cert-manager.io/certificate-name': metadata.name,
        'cert-manager.io/common-name': commonName,
        'cert-manager.io/ip-sans': '',
        'cert-manager.io/issuer-group': issuerRef.group,
        'cert-manager.io/issuer-kind': issuerRef.kind,
        'cert-manager.io/issuer-name': issuerRef.name,
        'cert-manager.io/uri-sans': '',
      },
    },
    data: Object.fromEntries(
      Object.entries(files).map(([file, text]) => [file, Buffer.from(text).toString('base64')]),
    ),
  };
}
