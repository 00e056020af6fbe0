/*
 * The command of this package: what somebody asks for in an incident, on the objects that it is asked on. It talks to the
 * cluster through `kubectl`, with whatever rights whoever calls it has there.
 */
import { userInfo } from 'node:os';
import { forceRequestText, endTime } from './force-request';
import { kubectl } from './kubectl';
import { Request, USAGE, parseRequest, checkedName } from './request';
import { Target, findTargets } from './targets';
import { CommandError } from './command-error';

const USAGE_ERROR = 64;
const UNAVAILABLE = 69;
const OUTPUT_FAILED = 74;

/** What the command needs of the world. */
export interface CommandEdges {
  readonly kubectl: (args: readonly string[]) => Promise<string>;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  readonly now: () => number;
  readonly user: () => string;
}

/** Runs the command, and returns its exit code. */
export async function main(args: readonly string[], edges: CommandEdges): Promise<number> {
  try {
    const request = parseRequest(args);
    if (request === 'help') {
      edges.print(USAGE);
    } else if (request === 'nothing') {
      edges.printError(USAGE);
      return USAGE_ERROR;
    } else {
      await annotateTargets(request, edges);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    edges.printError(`cdk8s-kafka: ${error.message}`);
    return error.isUsage ? USAGE_ERROR : UNAVAILABLE;
  }
}

async function annotateTargets(request: Request, edges: CommandEdges): Promise<void> {
  const { namespace, context, isDryRun, annotation } = request;
  const run = (args: readonly string[]) =>
    edges.kubectl([...(context === undefined ? [] : [`--context=${context}`]), ...args]);
  const demand = request.forceRequest && {
    ...request.forceRequest,
    by: checkedName(request.forceRequest.by ?? edges.user()),
    until: endTime(request.forceRequest.seconds, edges.now()),
  };
  const { targets, unreachable: outOfReach } = await findTargets(request.selection, namespace, run);
  const change = demand
    ? `${annotation}=${forceRequestText(demand.until, demand.by, demand.reason)}`
    : `${annotation}-`;
  for (const { kind, names } of targets) {
    const args = ['annotate', kind, ...names, `--namespace=${namespace}`, '--overwrite', change];
    await run(isDryRun ? [...args, '--dry-run=server'] : args);
  }
  report(request, targets, demand && `${new Date(demand.until).toISOString()}, by ${demand.by}`, edges.print);
  for (const { name, nodeName } of outOfReach) {
    edges.printError(
      `cdk8s-kafka: ${name} is on node ${nodeName}, which is not ready, so the pod stays as it is until the node is back`,
    );
  }
}

function report(
  { command, isDryRun }: Request,
  targets: readonly Target[],
  until: string | undefined,
  print: CommandEdges['print'],
): void {
  const names = targets.flatMap((target) => target.names);
  const what = command === 'force-ready' ? 'ready' : 'free to stop';
  const end = until === undefined ? 'not forced any more' : `${what} until ${until}`;
  for (const name of names) {
    print(`${name}: ${end}${isDryRun ? ' (nothing was changed)' : ''}`);
  }
  if (!isDryRun && command === 'force-ready') {
    print('Pods see it within about a minute and a half; Events of the pods say whether they obey.');
  }
}

/** A container may run as a user that nobody has heard of. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    throw new CommandError('--by is missing, and this user has no name; write who asks for it', true);
  }
}

if (require.main === module) {
  const ending = new AbortController();
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).forEach((name) => process.once(name, () => ending.abort()));
  // Whoever reads may be gone, as after `| head`; what is done is done.
  [process.stdout, process.stderr].forEach((stream) =>
    stream.on('error', () => (process.exitCode ||= OUTPUT_FAILED)),
  );
  const edges: CommandEdges = {
    kubectl: (args) => kubectl(args, ending.signal),
    print: (line) => void process.stdout.write(`${line}\n`),
    printError: (line) => void process.stderr.write(`${line}\n`),
    now: () => Date.now(),
    user: loginName,
  };
  void main(process.argv.slice(2), edges).then((code) => (process.exitCode ||= code));
}
