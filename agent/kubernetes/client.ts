/*
 * The few calls of the Kubernetes API that the agent makes. The official client is larger than a ConfigMap may be.
 */
import { request } from 'node:https';
import { PATHS } from '../../lib/private/agent-config';
import { readMounted } from '../config';
import { EXIT, OperatorError, reasonOf } from '../errors';

const TIMEOUT_MS = 10_000;

/** The API server gave no answer, or one that will pass: worth another try. */
export class ApiServerUnavailable extends Error {}

/** An answer of the API server. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Reads an object. Undefined when there is none of that name. */
export async function getObject<T>(path: string, right: string): Promise<T | undefined> {
  const answer = await call('GET', path);
  return answer.status === 404 ? undefined : parse<T>(accept(answer, path, right));
}

function parse<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw new ApiServerUnavailable(`what answers for the API server is none: ${reasonOf(error)}`);
  }
}

/** Merges a change into an object. */
export async function mergeObject(path: string, right: string, change: object): Promise<void> {
  accept(await call('PATCH', path, JSON.stringify(change)), path, right);
}

function accept({ status, body }: Answer, path: string, right: string): string {
  if (status === 200) {
    return body;
  }
  if (status === 401 || status === 403) {
    throw new OperatorError(
      `the API server refuses ${path} (${status}): ${messageOf(body)}`,
      `grant the pod's ServiceAccount ${right}; the synthesized YAML has the role, apply all of it`,
    );
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

async function call(method: string, path: string, body?: string): Promise<Answer> {
  // Both files are rotated while the process lives, so they are read each time.
  const [token, ca] = await Promise.all([
    readMounted(`${PATHS.serviceAccount}/token`),
    readMounted(`${PATHS.serviceAccount}/ca.crt`),
  ]);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new ApiServerUnavailable(`the API server does not answer: ${late(error) ?? reasonOf(error)}`));
    const outgoing = request(
      {
        host: process.env.KUBERNETES_SERVICE_HOST,
        port: process.env.KUBERNETES_SERVICE_PORT,
        method,
        path,
        ca,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          authorization: `Bearer ${token.trim()}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/merge-patch+json' }),
        },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', fail);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
        );
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

function late(error: Error): string | undefined {
  return error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `nothing within ${TIMEOUT_MS} ms`
    : undefined;
}
