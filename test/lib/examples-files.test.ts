/*
 * Files beside the charts of the examples. They repeat names that the charts decide, so these tests compare them.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Chart } from 'cdk8s';
import { parse, parseAllDocuments } from 'yaml';
import { CertRotation } from '../../lib';
import { ALL_EXAMPLES } from '../support/examples';
import { KUBERNETES_VERSIONS, violations } from '../support/schema';
import { Manifest, collectWarnings, ofKind, synth } from '../support/testing';

const FOLDER = join(__dirname, '../../examples');
const FOLDERS = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Pods that try a client, and the chart that they belong to. */
const CLIENTS: [file: string, example: string][] = [
  ['quickstart/client.yaml', 'quickstart'],
  ['zookeeper/client.yaml', 'zookeeper'],
  ['production/client.yaml', 'production'],
  ['production/admin.yaml', 'production'],
  ['gitops/client.yaml', 'gitops'],
  ['instance-store/client.yaml', 'instance-store'],
  ['own-pki/secrets/client.yaml', 'own-pki, Secrets'],
  ['own-pki/cert-manager/client.yaml', 'own-pki, cert-manager'],
  ['topics-from-files/client.yaml', 'topics-from-files'],
  ['customized/client.yaml', 'customized'],
];

/** API groups without a schema in this repository. */
const OTHER_GROUPS =
  /^(argoproj\.io|source\.toolkit\.fluxcd\.io|kustomize\.toolkit\.fluxcd\.io|trust\.cert-manager\.io)\/|^cert-manager\.io\/v1\/ClusterIssuer/;

beforeEach(() => {
  collectWarnings();
});
afterEach(() => {
  jest.restoreAllMocks();
});

function chartOf(example: string): Chart {
  return ALL_EXAMPLES.find(([name]) => name === example)![1]();
}

function text(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

function documents(file: string): Manifest[] {
  return parseAllDocuments(text(file)).map((document) => document.toJS() as Manifest);
}

/** YAML files of all examples, without what `cdk8s synth` reads and writes. */
const YAML_FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.yaml$/.test(file) && !/(^|\/)(cdk8s\.yaml$|dist\/|manifests\/|topics\/)/.test(file))
  .sort();

test('every example has its tests', () => {
  const tested = ALL_EXAMPLES.map(([name]) => name.split(',')[0]);
  expect([...new Set(tested)].sort()).toEqual([...FOLDERS].sort());
});

describe.each(FOLDERS)('example %s', (name) => {
  test('is an app: chart.ts, main.ts, cdk8s.yaml and README.md', () => {
    const files = ['chart.ts', 'main.ts', 'cdk8s.yaml', 'README.md'];
    expect(files.filter((file) => !existsSync(join(FOLDER, name, file)))).toEqual([]);
    expect(parse(text(`${name}/cdk8s.yaml`))).toMatchObject({ language: 'typescript', app: 'tsx main.ts' });
  });

  test('README.md has the same sections as all others', () => {
    const sections = [
      ...text(`${name}/README.md`).matchAll(/^## (Requirements|Apply|Try a client|Clean up)/gm),
    ];
    expect([...new Set(sections.map(([, title]) => title))]).toEqual([
      'Requirements',
      'Apply',
      'Try a client',
      'Clean up',
    ]);
  });

  test('README.md names only files that exist', () => {
    const links = [...text(`${name}/README.md`).matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, link]) => link);
    expect(links.filter((link) => !existsSync(join(FOLDER, name, link)))).toEqual([]);
  });

  test('main.ts writes manifests', () => {
    // GIVEN
    const output = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-example-'));
    process.env.CDK8S_OUTDIR = output;

    // WHEN
    jest.requireActual(join(FOLDER, name, 'main.ts'));

    // THEN
    expect(readdirSync(output).filter((file) => file.endsWith('.k8s.yaml'))).not.toEqual([]);
    delete process.env.CDK8S_OUTDIR;
    rmSync(output, { recursive: true });
  });
});

test('the list of examples is complete', () => {
  const listed = [...text('README.md').matchAll(/^\| \[(.*?)\]\(\1\)/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual([...FOLDERS].sort());
});

test('every client pod has its test', () => {
  const files = YAML_FILES.filter((file) => /(admin|client)\.yaml$/.test(file));
  expect(CLIENTS.map(([file]) => file).sort()).toEqual(files);
});

test.each(YAML_FILES)('%s is valid on every version of Kubernetes', (file) => {
  const objects = documents(file);
  expect(objects.length).toBeGreaterThan(0);
  for (const object of objects) {
    expect(object).toMatchObject({ apiVersion: expect.any(String), metadata: { name: expect.any(String) } });
    const kind = `${object.apiVersion}/${object.kind}`;
    const found = OTHER_GROUPS.test(kind)
      ? []
      : KUBERNETES_VERSIONS.flatMap((version) => violations(object, version));
    expect({ kind, found }).toEqual({ kind, found: [] });
  }
});

describe.each(CLIENTS)('%s', (file, example) => {
  const [settings, pod] = documents(file);

  test('is a pod with the image of the brokers', () => {
    const [brokers] = ofKind(synth(chartOf(example)), 'StatefulSet');
    const kafka = brokers.spec.template.spec.containers.find(({ name }: Manifest) => name === 'kafka');
    // In ZooKeeper mode the first StatefulSet is the ensemble.
    const image = kafka?.image ?? 'docker.io/apache/kafka:3.9.2';
    expect(pod.spec.containers[0].image).toBe(image);
  });

  test('is admitted by the NetworkPolicy of the brokers', () => {
    const policies = ofKind(synth(chartOf(example)), 'NetworkPolicy');
    const peers: Manifest[] = policies
      .filter(({ metadata }) => metadata.name.endsWith('-brokers'))
      .flatMap(({ spec }) => spec.ingress.flatMap(({ from = [] }: Manifest) => from));
    const { namespace, labels } = pod.metadata;
    expect(
      peers.filter(
        ({ podSelector, namespaceSelector }) =>
          podSelector?.matchLabels['app.kubernetes.io/name'] === labels['app.kubernetes.io/name'] ||
          namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] === namespace,
      ),
    ).not.toEqual([]);
  });

  test('connects to the bootstrap Service of the cluster', () => {
    const service = synth(chartOf(example)).find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name.endsWith('-bootstrap'),
    )!;
    const { name, namespace } = service.metadata;
    expect(pod.spec.containers[0].env).toContainEqual({
      name: 'BOOTSTRAP',
      value: `${name}.${namespace}.svc.cluster.local:${service.spec.ports[0].port}`,
    });
  });

  test('reads its settings and its certificate where they are mounted', () => {
    const mounts: Manifest[] = pod.spec.containers[0].volumeMounts;
    const folders = mounts.map(({ mountPath }) => mountPath as string);
    const locations = [...settings.data['client.properties'].matchAll(/location=(.*)/g)].map(
      ([, path]) => path,
    );
    expect(locations).toHaveLength(2);
    expect(locations.every((path) => folders.includes(join(path, '..')))).toBe(true);
    expect(pod.spec.volumes).toContainEqual({
      name: 'client',
      configMap: { name: settings.metadata.name },
    });
  });
});

describe('gitops', () => {
  const [application] = documents('gitops/argo-cd/application.yaml');
  const [, kustomization] = documents('gitops/flux/kustomization.yaml');

  test('the Argo CD Application applies to the namespace of the chart, which has no Lease: Argo CD excludes them', () => {
    const objects = synth(chartOf('gitops'));
    expect(ofKind(objects, 'Lease')).toEqual([]);
    expect(application.spec.destination.namespace).toBe(ofKind(objects, 'StatefulSet')[0].metadata.namespace);
  });

  test('the Argo CD Application needs no ignore rules: claim templates have the fields that the API server adds', () => {
    expect(application.spec).not.toHaveProperty('ignoreDifferences');
    const sets = ofKind(synth(chartOf('gitops')), 'StatefulSet');
    for (const template of sets.flatMap(({ spec }) => spec.volumeClaimTemplates)) {
      expect(template).toMatchObject({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        spec: { volumeMode: 'Filesystem' },
      });
    }
  });

  test('both read the folder that cdk8s.yaml writes', () => {
    const { output } = parse(text('gitops/cdk8s.yaml')) as Manifest;
    expect(application.spec.source.path).toBe(output);
    expect(relative('.', kustomization.spec.path)).toBe(output);
  });

  test('every patch of the Flux Kustomization has a target', () => {
    const objects = synth(chartOf('gitops'));
    for (const { target, patch } of kustomization.spec.patches) {
      const targets = objects.filter(
        ({ kind, metadata }) => kind === target.kind && [undefined, metadata.name].includes(target.name),
      );
      expect({ target, found: targets.length > 0 }).toEqual({ target, found: true });
      const { apiVersion, kind } = parse(patch) as Manifest;
      expect({ apiVersion, kind }).toEqual({ apiVersion: targets[0].apiVersion, kind: target.kind });
    }
  });
});

describe('topics-from-files', () => {
  test('every topic of the files is in the list of its team', () => {
    const data = (name: string) =>
      ofKind(synth(chartOf('topics-from-files')), 'ConfigMap').find(({ metadata }) => metadata.name === name)
        .data['topics.json'];
    const names = (list: string) => JSON.parse(data(list)).map(({ name }: Manifest) => name);

    expect(names('checkout-topics')).toEqual(['checkout.orders', 'checkout.payments', 'checkout.prices']);
    expect(names('web-topics')).toEqual(['web.clicks', 'web.searches', 'web.sessions']);
  });

  test('files name a JSON Schema that exists', () => {
    for (const file of ['checkout/topics.yaml', 'web/more.json']) {
      const [, schema] = /\$schema[=":\s]+(\S+?\.json)/.exec(text(`topics-from-files/topics/${file}`))!;
      const folder = join(FOLDER, 'topics-from-files/topics', file, '..');
      expect({ file, exists: existsSync(join(folder, schema)) }).toEqual({ file, exists: true });
    }
  });
});

describe('own-pki', () => {
  test('the script issues a certificate for all names of the brokers', () => {
    // GIVEN
    const script = text('own-pki/secrets/make-certificates.sh');
    const domain = /^domain=(.*)$/m.exec(script)![1];
    const names = [...script.matchAll(/DNS:([^,"\s]+)/g)].map(([, name]) => name.replace('$domain', domain));

    // WHEN
    const [rotation] = chartOf('own-pki, Secrets')
      .node.findAll()
      .filter((node): node is CertRotation => node instanceof CertRotation);

    // THEN
    expect(rotation.dnsNames.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('the trial CA is the issuer and the bundle of the chart', () => {
    const objects = documents('own-pki/cert-manager/company-ca.yaml');
    const [certificate] = ofKind(synth(chartOf('own-pki, cert-manager')), 'Certificate');
    const { name, kind } = certificate.spec.issuerRef;
    expect(objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name)).toContain(
      name,
    );
    const bundle = objects.find((object) => object.kind === 'Bundle')!;
    expect(JSON.stringify(synth(chartOf('own-pki, cert-manager')))).toContain(
      `"configMap":{"items":[{"key":"${bundle.spec.target.configMap.key}"`,
    );
    expect(bundle.spec.target.namespaceSelector.matchLabels).toEqual({
      'kubernetes.io/metadata.name': certificate.metadata.namespace,
    });
  });
});
