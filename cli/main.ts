/*
 * The command of this package: what somebody asks for in an incident, on the objects that it is asked on. It talks to the
 * cluster through `kubectl`, with whatever rights whoever calls it has there.
 */
import { userInfo } from 'node:os';
import { demandText, untilOf } from './demand';
import { kubectl } from './kubectl';
import { Request, USAGE, requestIn } from './request';
import { Target, targetsOf } from './targets';
import { Refusal } from './refusal';

const USAGE_ERROR = 64;
const UNAVAILABLE = 69;

/** The default of `forceReadyLimit`. */
const USUAL_LIMIT_SECONDS = 4 * 3600;

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
  const targets = await targetsOf(request.choice, namespace, run);
  const until = request.demand && untilOf(request.demand.seconds, edges.now());
  const change =
    request.demand === undefined || until === undefined
      ? `${annotation}-`
      : `${annotation}=${demandText(until, request.demand.by ?? edges.user(), request.demand.reason)}`;
  for (const { kind, names } of targets) {
    const args = ['annotate', kind, ...names, `--namespace=${namespace}`, '--overwrite', change];
    await run(isDryRun ? [...args, '--dry-run=server'] : args);
  }
  report(request, targets, until, edges.print);
  if ((request.demand?.seconds ?? 0) > USUAL_LIMIT_SECONDS) {
    edges.complain(
      'cdk8s-kafka: agents ignore it, unless their forceReadyLimit is longer than its default of 4 hours',
    );
  }
}

function report(
  { command, isDryRun }: Request,
  targets: readonly Target[],
  until: number | undefined,
  print: Edges['print'],
): void {
  const names = targets.flatMap((target) => target.names);
  const what = command === 'force-ready' ? 'ready' : 'free to stop';
  const end = until === undefined ? 'not forced any more' : `${what} until ${new Date(until).toISOString()}`;
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
  const edges: Edges = {
    kubectl,
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    now: () => Date.now(),
    user: loginName,
  };
  void main(process.argv.slice(2), edges).then((code) => (process.exitCode = code));
}
