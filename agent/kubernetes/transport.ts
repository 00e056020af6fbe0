/*
 * A request to the API server with the credentials of the pod's ServiceAccount.
 */
import { request } from 'node:https';
import { PATHS } from '../../lib/seam/agent-config';
import { readMounted } from '../runtime/config';
import { reasonOf } from '../runtime/errors';
import { maxReceivedBytes } from '../runtime/received-bytes';
import { formatBytes } from '../text/bytes';

const TIMEOUT_MS = 10_000;

/** The API server did not respond, or returned a temporary error. Try again. */
export class ApiServerUnavailable extends Error {}

/** Response of the API server. */
export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** Body of a request and its media type. */
export interface RequestBody {
  readonly type: string;
  readonly body: object;
}

/**
 * Sends a request.
 *
 * @throws ApiServerUnavailable if there is no response
 */
export async function sendRequest(
  method: string,
  path: string,
  payload?: RequestBody,
  accept = 'application/json',
): Promise<ApiResponse> {
  // The kubelet rotates both files while the process runs, so they are read for each request.
  const [token, ca] = await Promise.all([
    readMounted(`${PATHS.serviceAccount}/token`),
    readMounted(`${PATHS.serviceAccount}/ca.crt`),
  ]);
  const limit = maxReceivedBytes();
  const content = payload && JSON.stringify(payload.body);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(
        new ApiServerUnavailable(
          `no response from the API server: ${timeoutReason(error) ?? reasonOf(error)}`,
        ),
      );
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
          accept,
          // The API server records it as the manager of the fields that are written.
          'user-agent': 'cdk8s-kafka-agent',
          // Without its length, Node.js sends the body of a DELETE as if it were the next request.
          ...(payload === undefined
            ? {}
            : { 'content-type': payload.type, 'content-length': Buffer.byteLength(content ?? '') }),
        },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        let length = 0;
        incoming.on('data', (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length > limit) {
            outgoing.destroy(new Error(`the response exceeds ${formatBytes(limit)}`));
          }
        });
        incoming.on('error', fail);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
        );
      },
    );
    outgoing.on('error', fail);
    outgoing.end(content);
  });
}

function timeoutReason(error: Error): string | undefined {
  return error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `timeout after ${TIMEOUT_MS / 1000} seconds`
    : undefined;
}
