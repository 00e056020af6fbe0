/*
 * One request to the API server, as a pod may make it.
 */
import { request } from 'node:https';
import { PATHS } from '../../lib/seam/agent-config';
import { readMounted } from '../runtime/config';
import { reasonOf } from '../runtime/errors';

const TIMEOUT_MS = 10_000;

/** The API server gave no answer, or one that will pass: worth another try. */
export class ApiServerUnavailable extends Error {}

/** An answer of the API server. */
export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** What is sent, and in which format. */
export interface RequestBody {
  readonly type: string;
  readonly body: object;
}

/**
 * Sends a request.
 *
 * @throws ApiServerUnavailable when nobody answers
 */
export async function sendRequest(method: string, path: string, payload?: RequestBody): Promise<ApiResponse> {
  // Both files are rotated while the process lives, so they are read each time.
  const [token, ca] = await Promise.all([
    readMounted(`${PATHS.serviceAccount}/token`),
    readMounted(`${PATHS.serviceAccount}/ca.crt`),
  ]);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new ApiServerUnavailable(`the API server does not answer: ${timeoutReason(error) ?? reasonOf(error)}`));
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
          ...(payload === undefined ? {} : { 'content-type': payload.type }),
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
    outgoing.end(payload && JSON.stringify(payload.body));
  });
}

function timeoutReason(error: Error): string | undefined {
  return error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `nothing within ${TIMEOUT_MS} ms`
    : undefined;
}
