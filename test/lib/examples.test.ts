import { EXAMPLES } from '../support/examples';
import { Manifest, snapshotOf, synth } from '../support/testing';

/** Limit of all annotations of an object together, in bytes. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** What client-side `kubectl apply` adds to an object: the object itself as JSON, in an annotation. */
function lastApplied(object: Manifest): string {
  const annotations = { ...object.metadata.annotations };
  return `${JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } })}\n`;
}

describe.each(EXAMPLES)('example %s', (_, define) => {
  test('manifests', () => {
    expect(snapshotOf(synth(define()))).toMatchSnapshot();
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

  test('stays below the 1 MiB that etcd takes, with the copy that kubectl adds', () => {
    for (const object of synth(define())) {
      const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': lastApplied(object) };
      const stored = JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } });
      expect(Buffer.byteLength(stored)).toBeLessThan(1024 * 1024);
    }
  });
});
