import { existsSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './agent-program';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';

/** Programs of this package, by the command that they run. */
export const PROGRAM_FILES = {
  init: 'init.js',
  serve: 'agent.js',
  topics: 'topics.js',
  authority: 'authority.js',
} as const;

/** Name of a program. */
export type ProgramName = keyof typeof PROGRAM_FILES;

const bundles = new Map<ProgramName, string>();
const digests = new Map<ProgramName, string>();

/** Programs in the pods of servers. Each has a ConfigMap of its own, because a ConfigMap has a limited size. */
export const SERVER_PROGRAMS = ['init', 'serve'] as const satisfies readonly ProgramName[];

const CONFIG_MAPS = {
  init: { id: 'InitProgram', suffix: 'init' },
  serve: { id: 'AgentProgram', suffix: 'agent' },
} as const;

/** Names of the ConfigMaps with the programs of servers. `name` is that of the cluster, or of the quorum. */
export function serverProgramNames(name: string): string[] {
  return SERVER_PROGRAMS.map((program) => `${name}-${CONFIG_MAPS[program].suffix}`);
}

/** Adds the ConfigMaps with the programs of servers, unless an image contains them. */
export function serverProgramConfigMaps(
  scope: Construct,
  namespace: string,
  name: string,
  labels: Record<string, string>,
  program: AgentProgram,
): ApiObject[] {
  return SERVER_PROGRAMS.flatMap((which) => {
    const { id, suffix } = CONFIG_MAPS[which];
    return programConfigMap(scope, namespace, `${name}-${suffix}`, labels, program, which, id) ?? [];
  });
}

/** Adds the ConfigMap with a program, unless an image contains it. */
export function programConfigMap(
  scope: Construct,
  namespace: string,
  name: string,
  labels: Record<string, string>,
  program: AgentProgram,
  which: ProgramName,
  id: string = 'AgentProgram',
): ApiObject | undefined {
  if (!program.isBundled) {
    return undefined;
  }
  const data = { [PROGRAM_FILES[which]]: bundleOf(which) };
  return configMap(scope, id, namespace, { name, labels, data });
}

/** Checksum of programs. If it changes, pods must restart to run the new programs. */
export function programChecksum(program: AgentProgram, programs: readonly ProgramName[]): string {
  return program.isBundled
    ? checksum(program.imageName, ...programs.map(bundleChecksum))
    : checksum(program.imageName);
}

// Cached: every workload uses this checksum, and to compute it a thousand times takes half a second.
function bundleChecksum(which: ProgramName): string {
  const digest = digests.get(which) ?? checksum(bundleOf(which));
  digests.set(which, digest);
  return digest;
}

function bundleOf(which: ProgramName): string {
  const bundle =
    bundles.get(which) ??
    readFileSync(join(packageRoot(__dirname), 'dist', 'agent', PROGRAM_FILES[which]), 'utf8');
  bundles.set(which, bundle);
  return bundle;
}

// Tests run this file from lib/. Everything else runs it from dist/lib/.
function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageRoot(dirname(folder));
}
