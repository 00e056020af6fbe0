import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { manifest } from './manifest';

/*
 * Maximum size of a ConfigMap. `kubectl apply` stores the whole object as JSON in an annotation, which escapes texts a second
 * time, and all annotations of an object together may have 256 KiB. The difference is for other annotations.
 */
const LIMIT = 250 * 1024;

/**
 * Content of a ConfigMap. A function in `data` is called at synth, for texts that are not known before. It returns undefined if
 * the ConfigMap does not have the key.
 */
export interface ConfigMapContent {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly data: Readonly<Record<string, string | (() => string | undefined)>>;
}

/**
 * Adds a ConfigMap.
 *
 * @throws when the ConfigMap is too large for `kubectl apply`
 */
export function configMap(
  scope: Construct,
  id: string,
  namespace: string,
  content: ConfigMapContent,
): ApiObject {
  const { name, labels, data } = content;
  const known = Object.values(data).filter((value) => typeof value === 'string');
  assertSize(name, known);
  const entries = Object.entries(data).map(([key, value]) => {
    if (typeof value === 'string') {
      return [key, value];
    }
    const produce = () => {
      const text = value();
      assertSize(name, [...known, text ?? '']);
      return text;
    };
    return [key, Lazy.any({ produce })];
  });
  return manifest(scope, id, namespace, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels },
    data: Object.fromEntries(entries),
  });
}

function assertSize(name: string, texts: readonly string[]): void {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(JSON.stringify(text)), 0);
  if (size > LIMIT) {
    throw new Error(
      `ConfigMap '${name}' takes ${size} bytes, at most ${LIMIT} are possible with kubectl apply; reduce its content`,
    );
  }
}
