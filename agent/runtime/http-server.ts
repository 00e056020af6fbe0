import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';
import { PRE_STOP_PATH } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from './errors';

/** Source of probe responses: the last verdict. A probe never waits for a check. Times are from a monotonic clock. */
export interface Health {
  current(now: number): { readonly ready: boolean; readonly reason: string };
  secondsSinceTransition(now: number): number;
  isAlive(now: number): boolean;
}

/** Source of the metrics page. */
export interface MetricsPage {
  readonly contentType: string;
  page(): Promise<string>;
}

/**
 * Serves /readyz, /livez and /metrics.
 *
 * @param details additional fields of `/readyz?verbose`
 */
export async function listen(
  port: number,
  state: Health,
  metrics: MetricsPage,
  details: () => object = () => ({}),
): Promise<Server> {
  return startServer(port, (request, response) => handleRequest(request, response, state, metrics, details));
}

/** Serves the preStop hook. The response is sent once the server may stop. */
export async function listenForPreStop(port: number, mayStop: () => Promise<string>): Promise<Server> {
  return startServer(port, async (request, response) => {
    // Any other request, such as that of a port scanner, must not acquire the stop lease.
    if (request.method === 'GET' && request.url === PRE_STOP_PATH) {
      response.end(`${await mayStop()}\n`);
    } else {
      response.writeHead(404).end(`not found; this port serves GET ${PRE_STOP_PATH}\n`);
    }
  });
}

/** Connections of the kubelet and of metrics scrapers are few. More of them would take the memory of the agent. */
const MAX_CONNECTIONS = 64;
/** Time within which a client must have sent its request. The response of the preStop hook takes longer. */
const REQUEST_TIMEOUT_MS = 10_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function startServer(port: number, handler: Handler): Promise<Server> {
  const server = createServer((request, response) => {
    handler(request, response).catch((error: unknown) => {
      response.writeHead(500).end(`${reasonOf(error)}\n`);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new OperatorError(
          `cannot listen on port ${port}: ${reasonOf(error)}`,
          'stop the other process in the pod that uses this port',
        ),
      ),
    );
    server.listen(port, resolve);
  });
  return server;
}

async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  state: Health,
  metrics: MetricsPage,
  details: () => object,
): Promise<void> {
  const url = new URL(`http://agent${request.url ?? '/'}`);
  const now = performance.now();
  if (url.pathname === '/readyz') {
    const verdict = state.current(now);
    const isVerbose = url.searchParams.has('verbose');
    const text = isVerbose
      ? JSON.stringify(
          { ...verdict, secondsSinceTransition: state.secondsSinceTransition(now), ...details() },
          undefined,
          2,
        )
      : verdict.reason;
    // Probes do not use ?verbose. Tools that use it do not show the body of an error response.
    response.writeHead(verdict.ready || isVerbose ? 200 : 503, {
      'content-type': isVerbose ? 'application/json' : 'text/plain; charset=utf-8',
    });
    response.end(`${text}\n`);
  } else if (url.pathname === '/livez') {
    const alive = state.isAlive(now);
    response.writeHead(alive ? 200 : 503).end(alive ? 'alive\n' : 'no check has completed recently\n');
  } else if (url.pathname === '/metrics') {
    // Render the page first: a response that has started cannot become an error.
    const page = await metrics.page();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(page);
  } else {
    response.writeHead(404).end('not found; this port serves /readyz, /livez and /metrics\n');
  }
}
