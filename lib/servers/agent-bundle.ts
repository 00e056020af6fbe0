import { readFileSync } from 'fs';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './agent-program';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';
import { distFile } from './package-files';

/** Programs of this package, by the command that they run. */
export const PROGRAM_FILES = {
  init: 'init.mjs',
  serve: 'agent.mjs',
  topics: 'topics.mjs',
  authority: 'authority.mjs',
  recovery: 'recovery.mjs',
} as const;

/** Name of a program. */
export type ProgramName = keyof typeof PROGRAM_FILES;

/** Programs, and the code that the programs of servers share. */
const BUNDLE_FILES = { ...PROGRAM_FILES, shared: 'shared.mjs' } as const;

type BundleName = keyof typeof BUNDLE_FILES;

const bundles = new Map<BundleName, string>();
const digests = new Map<BundleName, string>();

/** Files in the pods of servers. Each has a ConfigMap of its own, because a ConfigMap has a limited size. */
export const SERVER_PROGRAMS = ['init', 'serve', 'shared'] as const satisfies readonly BundleName[];

const CONFIG_MAPS = {
  init: { id: 'InitProgram', suffix: 'init' },
  serve: { id: 'AgentProgram', suffix: 'agent' },
  shared: { id: 'SharedProgram', suffix: 'agent-shared' },
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
  which: BundleName,
  id: string = 'AgentProgram',
): ApiObject | undefined {
  if (!program.isBundled) {
    return undefined;
  }
  const data = { [BUNDLE_FILES[which]]: bundleOf(which) };
  return configMap(scope, id, namespace, { name, labels, data });
}

/** Checksum of programs. If it changes, pods must restart to run the new programs. */
export function programChecksum(program: AgentProgram, programs: readonly BundleName[]): string {
  return program.isBundled
    ? checksum(program.imageName, ...programs.map(bundleChecksum))
    : checksum(program.imageName);
}

// Cached: every workload uses this checksum, and to compute it a thousand times takes half a second.
function bundleChecksum(which: BundleName): string {
  const digest = digests.get(which) ?? checksum(bundleOf(which));
  digests.set(which, digest);
  return digest;
}

function bundleOf(which: BundleName): string {
  const bundle = bundles.get(which) ?? readFileSync(distFile('agent', BUNDLE_FILES[which]), 'utf8');
  bundles.set(which, bundle);
  return bundle;
}
