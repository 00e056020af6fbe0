import { existsSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './agent-program';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';

/** Programs of this package: for the pods of servers, the topic synchronization, and the authority. */
export const PROGRAM_FILES = { server: 'server.js', topics: 'topics.js', authority: 'authority.js' } as const;

/** Name of a program. */
export type ProgramName = keyof typeof PROGRAM_FILES;

const bundles = new Map<ProgramName, string>();
const digests = new Map<ProgramName, string>();

/** Adds the ConfigMap with a program, unless an image contains it. */
export function programConfigMap(
  scope: Construct,
  namespace: string,
  name: string,
  labels: Record<string, string>,
  program: AgentProgram,
  which: ProgramName,
): ApiObject | undefined {
  if (!program.isBundled) {
    return undefined;
  }
  const data = { [PROGRAM_FILES[which]]: bundleOf(which) };
  return configMap(scope, 'AgentProgram', namespace, { name, labels, data });
}

/** Checksum of a program. If it changes, pods must restart to run the new program. */
export function programChecksum(program: AgentProgram, which: ProgramName): string {
  return program.isBundled ? checksum(program.imageName, bundleChecksum(which)) : checksum(program.imageName);
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
