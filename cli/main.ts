/*
 * Command line of this package. It reaches the cluster through `kubectl`, with the permissions of the caller.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokersCommand } from './brokers/brokers-command';
import { CommandEdges } from './edges';
import { forceRequestText, endTime } from './force-request';
import { kubectl } from './kubectl';
import { Request, USAGE, parseRequest, checkedName } from './request';
import { Target, findTargets } from './targets';
import { CommandError, EXIT_CODES } from './command-error';
import { readYaml } from './topics/yaml-files';
import { topicsCommand } from './topics/topics-command';

// Flux removes what a field manager that starts with `kubectl` has written, and documents this name for changes that should stay.
const FIELD_MANAGER = '--field-manager=flux-client-side-apply';

/** Time for work after an interruption. */
const CLEANUP_MS = 20_000;

/** Runs the command, and returns its exit code. */
export async function main(args: readonly string[], edges: CommandEdges): Promise<number> {
  try {
    if (args[0] === 'topics') {
      return await topicsCommand(args.slice(1), edges);
    }
    if (args[0] === 'brokers') {
      return await brokersCommand(args.slice(1), edges);
    }
    const request = parseRequest(args);
    if (request === 'help') {
      edges.print(USAGE);
    } else if (request === 'nothing') {
      edges.printError(USAGE);
      return EXIT_CODES.usage;
    } else {
      await annotateTargets(request, edges);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    edges.printError(`cdk8s-kafka: ${error.message}`);
    return EXIT_CODES[error.kind];
  }
}

async function annotateTargets(request: Request, edges: CommandEdges): Promise<void> {
  const { namespace, context, isDryRun, annotation } = request;
  const run = (args: readonly string[]) =>
    edges.kubectl([...(context === undefined ? [] : [`--context=${context}`]), ...args]);
  const forceRequest = request.forceRequest && {
    ...request.forceRequest,
    by: checkedName(request.forceRequest.by ?? edges.user()),
    until: endTime(request.forceRequest.seconds, edges.now()),
  };
  const { targets, unreachable } = await findTargets(request.selection, namespace, run);
  const change = forceRequest
    ? `${annotation}=${forceRequestText(forceRequest.until, forceRequest.by, forceRequest.reason)}`
    : `${annotation}-`;
  for (const { kind, names } of targets) {
    const args = [
      'annotate',
      kind,
      ...names,
      `--namespace=${namespace}`,
      '--overwrite',
      FIELD_MANAGER,
      change,
    ];
    await run(isDryRun ? [...args, '--dry-run=server'] : args);
  }
  const until = forceRequest && `${new Date(forceRequest.until).toISOString()}, by ${forceRequest.by}`;
  report(request, targets, until, edges.print);
  for (const { name, nodeName } of unreachable) {
    edges.printError(
      `cdk8s-kafka: ${name} is on node ${nodeName}, which is not ready; the request has no effect until the node is ready`,
    );
  }
}

const EFFECTS: Readonly<Record<Request['command'], string>> = {
  'force-ready': 'forced ready',
  'force-stop': 'stops are not delayed',
  'accept-data-loss': 'the loss of data is accepted',
};

const REMOVED: Readonly<Record<Request['command'], string>> = {
  'force-ready': 'override removed',
  'force-stop': 'override removed',
  'accept-data-loss': 'acceptance removed',
};

function report(
  { command, isDryRun }: Request,
  targets: readonly Target[],
  until: string | undefined,
  print: CommandEdges['print'],
): void {
  const names = targets.flatMap((target) => target.names);
  const result = until === undefined ? REMOVED[command] : `${EFFECTS[command]} until ${until}`;
  for (const name of names) {
    print(`${name}: ${result}${isDryRun ? ' (dry run)' : ''}`);
  }
  if (!isDryRun && command !== 'force-stop') {
    print('Pods receive the request within about 90 seconds. Events of the pods show if they accept it.');
  }
}

/** A container can run as a user without a name. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    throw new CommandError(
      '--by is missing, and the current user has no name; set --by to your name',
      'usage',
    );
  }
}

function throwInterrupted(): never {
  throw new CommandError('interrupted', 'interrupted');
}

function unusableFile(path: string, action: 'read' | 'written'): (error: NodeJS.ErrnoException) => never {
  return ({ code }) => {
    throw new CommandError(
      `${path} cannot be ${action} (${code}); check the path and its permissions`,
      action === 'read' ? 'data' : 'output',
    );
  };
}

if (require.main === module) {
  const interrupted = new AbortController();
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).forEach((name) => process.once(name, () => interrupted.abort()));
  // The reader of the output can end first, for example `| head`. The changes are made already.
  [process.stdout, process.stderr].forEach((stream) =>
    stream.on('error', () => (process.exitCode ||= EXIT_CODES.output)),
  );
  const edges: CommandEdges = {
    kubectl: (args, { input, isCleanup = false } = {}) =>
      kubectl(args, isCleanup ? AbortSignal.timeout(CLEANUP_MS) : interrupted.signal, { input }),
    pause: (ms) => sleep(ms, undefined, { signal: interrupted.signal }).catch(throwInterrupted),
    readYaml,
    readFile: (path) => readFile(path, 'utf8').catch(unusableFile(path, 'read')),
    writeFile: (path, text) => writeFile(path, text).catch(unusableFile(path, 'written')),
    print: (line) => void process.stdout.write(`${line}\n`),
    printError: (line) => void process.stderr.write(`${line}\n`),
    now: () => Date.now(),
    user: loginName,
  };
  void main(process.argv.slice(2), edges).then((code) => (process.exitCode ||= code));
}
