import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';
import { PRE_STOP_PATH } from '../../lib/seam/agent-config';
import { OperatorError, reasonOf } from './errors';

/** What probes are answered from: the last verdict, never a question in flight. Times are of a clock that never jumps. */
export interface Health {
  current(now: number): { readonly ready: boolean; readonly reason: string };
  secondsUnchanged(now: number): number;
  isAlive(now: number): boolean;
}

/** What Prometheus is answered from. */
export interface MetricsPage {
  readonly contentType: string;
  page(): Promise<string>;
}

/**
 * Answers probes and Prometheus.
 *
 * @param details further fields of `/readyz?verbose`
 */
export async function listen(
  port: number,
  state: Health,
  metrics: MetricsPage,
  details: () => object = () => ({}),
): Promise<Server> {
  return startServer(port, (request, response) => handleRequest(request, response, state, metrics, details));
}

/** Answers the kubelet when the server may stop. */
export async function listenForPreStop(port: number, mayStop: () => Promise<string>): Promise<Server> {
  return startServer(port, async (request, response) => {
    // Any other question, such as that of a scanner of ports, must not take the turn to stop.
    if (request.method === 'GET' && request.url === PRE_STOP_PATH) {
      response.end(`${await mayStop()}\n`);
    } else {
      response.writeHead(404).end(`there is ${PRE_STOP_PATH}\n`);
    }
  });
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function startServer(port: number, handler: Handler): Promise<Server> {
  const server = createServer((request, response) => {
    handler(request, response).catch((error: unknown) => {
      response.writeHead(500).end(`${reasonOf(error)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new OperatorError(
          `port ${port} cannot be served: ${reasonOf(error)}`,
          'nothing else in the pod may use it',
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
          { ...verdict, secondsUnchanged: state.secondsUnchanged(now), ...details() },
          undefined,
          2,
        )
      : verdict.reason;
    // Probes do not ask for details, and tools that do show no body of an answer that is an error.
    response.writeHead(verdict.ready || isVerbose ? 200 : 503, {
      'content-type': isVerbose ? 'application/json' : 'text/plain; charset=utf-8',
    });
    response.end(`${text}\n`);
  } else if (url.pathname === '/livez') {
    const alive = state.isAlive(now);
    response.writeHead(alive ? 200 : 503).end(alive ? 'alive\n' : 'no round came to an end\n');
  } else if (url.pathname === '/metrics') {
    // First the page: an answer that has begun cannot become an error.
    const page = await metrics.page();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(page);
  } else {
    response.writeHead(404).end('there are /readyz, /livez and /metrics\n');
  }
}
