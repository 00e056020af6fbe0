/*
 * This file creates all API objects. They are plain ApiObjects, because the typed classes of cdk8s-plus silently drop unknown
 * fields, also from patches.
 */
import { ApiObject, ApiObjectProps, Chart, JsonPatch } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { CheckedObject } from './checked-object';
import { ContentNamedObject } from './content-named-object';

/** An API object as it appears in the YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly [field: string]: unknown;
}

/** Objects of this package. */
const own = new WeakSet<IConstruct>();

/** Names of objects and Secrets of each app, with the construct that defines them. */
const taken = new WeakMap<IConstruct, Map<string, string>>();

/**
 * Adds a namespaced object.
 *
 * @throws when another construct of the app adds an object of the same kind and name
 */
export function manifest(scope: Construct, id: string, namespace: string, definition: Manifest): ApiObject {
  return namespaced(CheckedObject, scope, id, namespace, definition);
}

/** Removes a namespaced object that `manifest` has added, so that another construct can use its name. */
export function removeManifest(object: ApiObject): void {
  const { kind, metadata, name, node } = object;
  taken.get(node.root)?.delete(namespacedObject(kind, name, metadata.namespace!));
  node.scope!.node.tryRemoveChild(node.id);
}

/**
 * Adds a namespaced object whose name ends in a checksum of its `spec` and of a text that is called at synth.
 *
 * @throws when another construct of the app adds an object of the same kind and name
 */
export function contentNamedManifest(
  scope: Construct,
  id: string,
  namespace: string,
  definition: Manifest,
  text: () => string,
): ContentNamedObject {
  const object = namespaced(ContentNamedObject, scope, id, namespace, definition);
  object.dependOnText(text);
  return object;
}

/**
 * Adds a cluster-scoped object.
 *
 * @throws when another construct of the app adds an object of the same kind and name
 */
export function clusterManifest(scope: Construct, id: string, definition: Manifest): ApiObject {
  claim(scope, `${definition.kind} '${definition.metadata.name}'`);
  const object = new CheckedObject(scope, id, definition);
  own.add(object);
  // cdk8s adds the namespace of the chart to every object, also to cluster-scoped ones.
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return object;
}

/**
 * Reserves the name of a Secret that is not an object of the app because a workload or cert-manager writes it.
 *
 * @throws when another construct of the app reserves it too
 */
export function claimSecret(scope: Construct, namespace: string, name: string): void {
  claim(scope, secretOf(namespace, name));
}

/** @throws when a Secret that a user names is written for the app itself */
export function assertSecretNotManaged(scope: Construct, namespace: string, name: string): void {
  const other = taken.get(scope.node.root)?.get(secretOf(namespace, name));
  if (other !== undefined) {
    throw new Error(
      `${secretOf(namespace, name)} is written for '${other}'; use a Secret that others keep up to date`,
    );
  }
}

function namespaced<T extends CheckedObject>(
  type: new (scope: Construct, id: string, props: ApiObjectProps) => T,
  scope: Construct,
  id: string,
  namespace: string,
  definition: Manifest,
): T {
  claim(scope, namespacedObject(definition.kind, definition.metadata.name, namespace));
  const { metadata, ...rest } = definition;
  const object = new type(scope, id, { ...rest, metadata: { ...metadata, namespace } });
  own.add(object);
  return object;
}

function secretOf(namespace: string, name: string): string {
  return namespacedObject('Secret', name, namespace);
}

function namespacedObject(kind: string, name: string, namespace: string): string {
  return `${kind} '${name}' of namespace '${namespace}'`;
}

function namesOf(root: IConstruct, chart: Chart): Map<string, string> {
  const names = new Map<string, string>();
  taken.set(root, names);
  chart.node.addValidation({ validate: () => conflicts(root, names) });
  return names;
}

/** Errors of objects that others define with a name of this package: of two objects, the one that is applied last would win. */
function conflicts(root: IConstruct, names: ReadonlyMap<string, string>): string[] {
  return root.node.findAll().flatMap((object) => {
    if (own.has(object) || !ApiObject.isApiObject(object)) {
      return [];
    }
    const { kind, metadata, name } = object;
    const what =
      metadata.namespace === undefined
        ? `${kind} '${name}'`
        : namespacedObject(kind, name, metadata.namespace);
    const owner = names.get(what);
    return owner === undefined
      ? []
      : [`${what} is defined by '${owner}' and by '${object.node.path}'; give one of them another name`];
  });
}

function claim(scope: Construct, what: string): void {
  const root = scope.node.root;
  const names = taken.get(root) ?? namesOf(root, Chart.of(scope));
  const other = names.get(what);
  if (other !== undefined) {
    throw new Error(
      `${what} is defined by '${scope.node.path}' and by '${other}'; give one of them another name`,
    );
  }
  names.set(what, scope.node.path);
}
