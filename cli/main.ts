/*
 * The command of this package: what somebody asks for in an incident, on the objects that it is asked on. It talks to the
 * cluster through `kubectl`, with whatever rights whoever calls it has there.
 */
import { userInfo } from 'node:os';
import { demandText, untilOf } from './demand';
import { kubectl } from './kubectl';
import { Request, USAGE, requestIn, signature } from './request';
import { Target, targetsOf } from './targets';
import { Refusal } from './refusal';

const USAGE_ERROR = 64;
const UNAVAILABLE = 69;
const OUTPUT_FAILED = 74;

/** What the command needs of the world. */
export interface Edges {
  readonly kubectl: (args: readonly string[]) => Promise<string>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly now: () => number;
  readonly user: () => string;
}

/** Runs the command, and returns its exit code. */
export async function main(args: readonly string[], edges: Edges): Promise<number> {
  try {
    const request = requestIn(args);
    if (request === 'help') {
      edges.print(USAGE);
    } else if (request === 'nothing') {
      edges.complain(USAGE);
      return USAGE_ERROR;
    } else {
      await fulfil(request, edges);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    edges.complain(`cdk8s-kafka: ${error.message}`);
    return error.isUsage ? USAGE_ERROR : UNAVAILABLE;
  }
}

async function fulfil(request: Request, edges: Edges): Promise<void> {
  const { namespace, context, isDryRun, annotation } = request;
  const run = (args: readonly string[]) =>
    edges.kubectl([...(context === undefined ? [] : [`--context=${context}`]), ...args]);
  const demand = request.demand && {
    ...request.demand,
    by: signature(request.demand.by ?? edges.user()),
    until: untilOf(request.demand.seconds, edges.now()),
  };
  const { targets, outOfReach } = await targetsOf(request.choice, namespace, run);
  const change = demand
    ? `${annotation}=${demandText(demand.until, demand.by, demand.reason)}`
    : `${annotation}-`;
  for (const { kind, names } of targets) {
    const args = ['annotate', kind, ...names, `--namespace=${namespace}`, '--overwrite', change];
    await run(isDryRun ? [...args, '--dry-run=server'] : args);
  }
  report(request, targets, demand && `${new Date(demand.until).toISOString()}, by ${demand.by}`, edges.print);
  for (const { name, nodeName } of outOfReach) {
    edges.complain(
      `cdk8s-kafka: ${name} is on node ${nodeName}, which is not ready, so the pod stays as it is until the node is back`,
    );
  }
}

function report(
  { command, isDryRun }: Request,
  targets: readonly Target[],
  until: string | undefined,
  print: Edges['print'],
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
    throw new Refusal('--by is missing, and this user has no name; write who asks for it', true);
  }
}

if (require.main === module) {
  const ending = new AbortController();
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).forEach((name) => process.once(name, () => ending.abort()));
  // Whoever reads may be gone, as after `| head`; what is done is done.
  [process.stdout, process.stderr].forEach((stream) =>
    stream.on('error', () => (process.exitCode ||= OUTPUT_FAILED)),
  );
  const edges: Edges = {
    kubectl: (args) => kubectl(args, ending.signal),
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    now: () => Date.now(),
    user: loginName,
  };
  void main(process.argv.slice(2), edges).then((code) => (process.exitCode ||= code));
}
