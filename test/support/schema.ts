/*
 * OpenAPI definitions of Kubernetes objects, one file per version as the API server publishes them. The API server
 * silently drops unknown fields; here an unknown field is an error.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Ajv, { ValidateFunction } from 'ajv';
import { Manifest } from './testing';

const FOLDER = join(__dirname, '../schemas');

/** All supported versions of Kubernetes, oldest first. */
export const KUBERNETES_VERSIONS = readdirSync(FOLDER)
  .flatMap((file) => /^v(\d+\.\d+)\.json\.gz$/.exec(file)?.[1] ?? [])
  .sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]));

interface Definition {
  properties?: Record<string, unknown>;
  additionalProperties?: unknown;
  description?: string;
  readonly 'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

/** Definitions of other projects, from their releases. */
const CUSTOM = readdirSync(join(FOLDER, 'custom')).map(
  (file) =>
    JSON.parse(gunzipSync(readFileSync(join(FOLDER, 'custom', file))).toString('utf8')) as {
      readonly group: string;
      readonly apiVersion: string;
      readonly kind: string;
      readonly schema: Definition;
    },
);

function rejectUnknownFields(definition: Definition): void {
  if (definition.properties) {
    definition.additionalProperties = false;
    Object.values(definition.properties).forEach((property) => rejectUnknownFields(property as Definition));
  }
  const { items } = definition as { items?: Definition };
  if (items) {
    rejectUnknownFields(items);
  }
}

interface Schema {
  readonly ajv: Ajv;
  /** Name of the definition, by `apiVersion/kind`. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly validators: Map<string, ValidateFunction>;
}

const schemas = new Map<string, Schema>();

/** Objects of options that need a newer version than the oldest supported one: minor version by kind. */
const OPTIONAL_KINDS: Readonly<Record<string, number>> = {
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': 30,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': 30,
};

/** Schema violations of an object in one Kubernetes version. */
export function violations(object: Manifest, version: string): string[] {
  const schema = schemaOf(version);
  const kind = `${object.apiVersion}/${object.kind}`;
  if (Number(version.split('.')[1]) < (OPTIONAL_KINDS[kind] ?? 0)) {
    return [];
  }
  const definition = schema.kinds.get(kind);
  if (definition === undefined) {
    return [`Kubernetes ${version} does not know ${kind}`];
  }
  let validate = schema.validators.get(kind);
  if (!validate) {
    validate = schema.ajv.compile({ $ref: `kubernetes#/definitions/${definition}` });
    schema.validators.set(kind, validate);
  }
  validate(object);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function schemaOf(version: string): Schema {
  let schema = schemas.get(version);
  if (!schema) {
    schema = load(version);
    schemas.set(version, schema);
  }
  return schema;
}

function load(version: string): Schema {
  const text = gunzipSync(readFileSync(join(FOLDER, `v${version}.json.gz`))).toString('utf8');
  const { definitions } = JSON.parse(text) as { definitions: Record<string, Definition> };
  const kinds = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.properties) {
      definition.additionalProperties = false;
    }
    for (const { group, version: apiVersion, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      kinds.set(`${group === '' ? '' : `${group}/`}${apiVersion}/${kind}`, name);
    }
  }
  for (const { group, apiVersion, kind, schema } of CUSTOM) {
    rejectUnknownFields(schema);
    definitions[`${group}.${kind}`] = schema;
    kinds.set(`${group}/${apiVersion}/${kind}`, `${group}.${kind}`);
  }
  // IntOrString and Quantity are unions in the files already. The formats are Go's number types.
  // The last four options are for speed: there are ten versions with hundreds of definitions each.
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    allErrors: true,
    validateSchema: false,
    meta: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  ajv.addSchema({ $id: 'kubernetes', definitions });
  return { ajv, kinds, validators: new Map() };
}
