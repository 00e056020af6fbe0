/*
 * Calls of the Kubernetes API that the agent needs. The official client exceeds the size limit of a ConfigMap.
 */
import { EXIT, OperatorError, reasonOf } from '../runtime/errors';
import { problems } from '../runtime/problems';
import { ApiResponse, ApiServerUnavailable, RequestBody, sendRequest } from './transport';

export { ApiServerUnavailable } from './transport';

/** Objects of the synthesized YAML are missing, such as a Role or a ConfigMap. They may be applied later. */
export class NotApplied extends OperatorError {}

/** Another client created, changed or deleted the object first. Read it again before the next attempt. */
export class ConflictError extends Error {}

/** Reads an object. Returns undefined if it does not exist. */
export async function getObject<T>(path: string, permission: string): Promise<T | undefined> {
  const response = await send('GET', path);
  return response.status === 404 ? undefined : parse<T>(bodyOrThrow(response, path, permission));
}

/** Metadata of an object. */
export interface ObjectMetadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Reads the objects of a collection. */
export async function listObjects<T>(path: string, permission: string): Promise<readonly T[]> {
  const body = bodyOrThrow(await send('GET', path), path, permission);
  return parse<{ readonly items?: readonly T[] | null }>(body).items ?? [];
}

/** Reads the metadata of all objects of a collection, which are much smaller than the objects. */
export async function listMetadata(path: string, permission: string): Promise<ObjectMetadata[]> {
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  const body = bodyOrThrow(await send('GET', path, undefined, accept), path, permission);
  const { items } = parse<{ readonly items: readonly { readonly metadata: ObjectMetadata }[] }>(body);
  return items.map(({ metadata }) => metadata);
}

/** Patches an object. */
export async function patchObject(
  path: string,
  permission: string,
  change: object,
  kind: 'merge-patch' | 'strategic-merge-patch' = 'merge-patch',
): Promise<void> {
  bodyOrThrow(
    await send('PATCH', path, { type: `application/${kind}+json`, body: change }),
    path,
    permission,
  );
}

/**
 * Creates an object in a collection.
 *
 * @throws ConflictError if an object of this name exists
 */
export async function createObject<T>(collection: string, permission: string, object: object): Promise<T> {
  const response = await send('POST', collection, { type: 'application/json', body: object });
  return parse<T>(bodyOrThrow(response, collection, permission));
}

/**
 * Replaces the version of an object that `metadata.resourceVersion` names.
 *
 * @throws ConflictError if the object has another version or was deleted
 */
export async function replaceObject<T>(path: string, permission: string, object: object): Promise<T> {
  const response = await send('PUT', path, { type: 'application/json', body: object });
  if (response.status === 404) {
    throw new ConflictError(`${path} was deleted by another client`);
  }
  return parse<T>(bodyOrThrow(response, path, permission));
}

/**
 * Deletes an object, if it is still the one with this uid.
 *
 * @throws ConflictError if another object has its name
 */
export async function deleteObject(path: string, permission: string, uid: string): Promise<void> {
  const options = { preconditions: { uid }, propagationPolicy: 'Background' };
  const response = await send('DELETE', path, { type: 'application/json', body: options });
  if (response.status !== 404) {
    bodyOrThrow(response, path, permission);
  }
}

/** Sends a request, and reports or clears the problem that the API server is unreachable. */
async function send(
  method: string,
  path: string,
  payload?: RequestBody,
  accept?: string,
): Promise<ApiResponse> {
  const kind = 'api-server-unreachable';
  try {
    const response = await sendRequest(method, path, payload, accept);
    problems.update(kind, isUnavailable(response) ? unavailableReason(response) : undefined);
    return response;
  } catch (error) {
    problems.report(kind, reasonOf(error));
    throw error;
  }
}

function isUnavailable({ status }: ApiResponse): boolean {
  return status >= 500 || status === 429;
}

function unavailableReason({ status, body }: ApiResponse): string {
  return `the API server returned ${status}: ${messageOf(body)}`;
}

function parse<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw new ApiServerUnavailable(
      `the response at the address of the API server is not JSON: ${reasonOf(error)}`,
    );
  }
}

function bodyOrThrow(response: ApiResponse, path: string, permission: string): string {
  const { status, body } = response;
  if (status >= 200 && status <= 202) {
    return body;
  }
  if (status === 401 || status === 403) {
    throw new NotApplied(
      `the API server denies access to ${path} (${status}): ${messageOf(body)}`,
      `grant the ServiceAccount of the pod: ${permission}; the synthesized YAML contains the Role, apply all of it`,
    );
  }
  if (status === 409) {
    throw new ConflictError(`${path} was changed by another client: ${messageOf(body)}`);
  }
  if (isUnavailable(response)) {
    throw new ApiServerUnavailable(unavailableReason(response));
  }
  throw new OperatorError(
    `the API server returned ${status} for ${path}: ${messageOf(body)}`,
    'apply the synthesized YAML again',
    EXIT.unavailable,
  );
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: string };
    return message ?? body.slice(0, 200);
  } catch {
    return body.slice(0, 200);
  }
}
