import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { manifest } from './manifest';

/*
 * `kubectl apply` keeps the whole object as JSON in an annotation, and all annotations together may have 256 KiB. There
 * texts are escaped a second time. Some of it is left to the annotation's other users.
 */
const LIMIT = 250 * 1024;

/** What a ConfigMap holds: texts, some of which may be known only at synth. */
export interface ConfigMapContent {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly data: Readonly<Record<string, string | (() => string)>>;
}

/**
 * Adds a ConfigMap.
 *
 * @throws when it is larger than `kubectl apply` can handle
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
      assertSize(name, [...known, text]);
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
      `ConfigMap '${name}' takes ${size} bytes, and kubectl apply can handle ${LIMIT}; put less into it`,
    );
  }
}
