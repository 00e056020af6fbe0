/*
 * The few calls of the Kubernetes API that the agent makes. The official client is larger than a ConfigMap may be.
 */
import { EXIT, OperatorError, reasonOf } from '../runtime/errors';
import { ApiResponse, ApiServerUnavailable, sendRequest } from './transport';

export { ApiServerUnavailable } from './transport';

/** Somebody else made, changed or removed the object first: read it again. */
export class ConflictError extends Error {}

/** Reads an object. Undefined when there is none of that name. */
export async function getObject<T>(path: string, right: string): Promise<T | undefined> {
  const answer = await sendRequest('GET', path);
  return answer.status === 404 ? undefined : parse<T>(bodyOrThrow(answer, path, right));
}

/** Merges a change into an object. */
export async function patchObject(
  path: string,
  right: string,
  change: object,
  kind: 'merge-patch' | 'strategic-merge-patch' = 'merge-patch',
): Promise<void> {
  bodyOrThrow(await sendRequest('PATCH', path, { type: `application/${kind}+json`, body: change }), path, right);
}

/**
 * Makes an object in a collection.
 *
 * @throws Conflict when there is one of its name
 */
export async function createObject<T>(collection: string, right: string, object: object): Promise<T> {
  const answer = await sendRequest('POST', collection, { type: 'application/json', body: object });
  return parse<T>(bodyOrThrow(answer, collection, right));
}

/**
 * Replaces an object with another one. `metadata.resourceVersion` says which one.
 *
 * @throws Conflict when it is not that one any more
 */
export async function replaceObject<T>(path: string, right: string, object: object): Promise<T> {
  const answer = await sendRequest('PUT', path, { type: 'application/json', body: object });
  if (answer.status === 404) {
    throw new ConflictError(`${path} was removed meanwhile`);
  }
  return parse<T>(bodyOrThrow(answer, path, right));
}

function parse<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw new ApiServerUnavailable(`what answers for the API server is none: ${reasonOf(error)}`);
  }
}

function bodyOrThrow({ status, body }: ApiResponse, path: string, right: string): string {
  if (status >= 200 && status <= 202) {
    return body;
  }
  if (status === 401 || status === 403) {
    throw new OperatorError(
      `the API server refuses ${path} (${status}): ${messageOf(body)}`,
      `grant the pod's ServiceAccount ${right}; the synthesized YAML has the role, apply all of it`,
    );
  }
  if (status === 409) {
    throw new ConflictError(`${path} was changed by somebody else: ${messageOf(body)}`);
  }
  if (status >= 500 || status === 429) {
    throw new ApiServerUnavailable(`the API server answers ${status}: ${messageOf(body)}`);
  }
  throw new OperatorError(
    `the API server answers ${status} to ${path}: ${messageOf(body)}`,
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
