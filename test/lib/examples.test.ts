import { ALL_EXAMPLES, EXAMPLES } from '../support/examples';
import { KUBERNETES_VERSIONS, violations } from '../support/schema';
import { Manifest, collectWarnings, snapshotOf, synth, yamlOf } from '../support/testing';

/** Limit of all annotations of an object together, in bytes. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** The annotation that client-side `kubectl apply` adds to an object: the object itself as JSON. */
function lastApplied(object: Manifest): string {
  const annotations = { ...object.metadata.annotations };
  return `${JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } })}\n`;
}

describe.each(EXAMPLES)('example %s', (_, define) => {
  test('manifests', () => {
    expect(snapshotOf(synth(define()))).toMatchSnapshot();
  });
});

describe.each(ALL_EXAMPLES)('example %s', (name, define) => {
  beforeEach(() => {
    collectWarnings();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each(KUBERNETES_VERSIONS)('is valid on Kubernetes %s', (version) => {
    const found = synth(define()).flatMap((object) =>
      violations(object, version).map((violation) => `${object.kind} ${object.metadata.name}: ${violation}`),
    );
    expect(found).toEqual([]);
  });

  test('two synths are equal, byte for byte', () => {
    expect(yamlOf(define())).toBe(yamlOf(define()));
  });

  test('fits client-side kubectl apply', () => {
    for (const object of synth(define())) {
      const size =
        Buffer.byteLength('kubectl.kubernetes.io/last-applied-configuration') +
        Buffer.byteLength(lastApplied(object));
      expect({ name: object.metadata.name, fits: size < ANNOTATIONS_LIMIT }).toEqual({
        name: object.metadata.name,
        fits: true,
      });
    }
  });

  test('stays below the 1 MiB limit of etcd, with the copy that kubectl adds', () => {
    for (const object of synth(define())) {
      const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': lastApplied(object) };
      const stored = JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } });
      expect(Buffer.byteLength(stored)).toBeLessThan(1024 * 1024);
    }
  });

  test('warns only about clients without an authorizer, and about missing copies on a laptop', () => {
    // GIVEN
    jest.restoreAllMocks();
    const warnings = collectWarnings();

    // WHEN
    const hasCluster = synth(define()).some(({ kind }) => kind === 'StatefulSet');

    // THEN
    const administrators = warnings.filter((warning) => warning.includes('no authorizer'));
    expect(administrators).toHaveLength(hasCluster && name !== 'production' ? 1 : 0);
    expect(warnings).toHaveLength(administrators.length + (name === 'laptop' ? 2 : 0));
  });
});
