import { existsSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from './agent-program';
import { checksum } from '../kubernetes/checksum';
import { configMap } from '../kubernetes/config-map';

/** The programs that come with this package. */
export const PROGRAM_FILES = { agent: 'agent.js', authority: 'authority.js' } as const;

/** One of the programs. */
export type ProgramName = keyof typeof PROGRAM_FILES;

const bundles = new Map<ProgramName, string>();
const digests = new Map<ProgramName, string>();

/** Adds the ConfigMap with a program, unless an image brings it. */
export function programConfigMap(
  scope: Construct,
  namespace: string,
  name: string,
  labels: Record<string, string>,
  program: AgentProgram,
  which: ProgramName = 'agent',
): ApiObject | undefined {
  if (!program.isBundled) {
    return undefined;
  }
  const data = { [PROGRAM_FILES[which]]: bundleOf(which) };
  return configMap(scope, 'AgentProgram', namespace, { name, labels, data });
}

/** Changes whenever pods must restart to run another program. */
export function programChecksum(program: AgentProgram, which: ProgramName = 'agent'): string {
  return program.isBundled ? checksum(program.imageName, bundleChecksum(which)) : checksum(program.imageName);
}

// Every workload carries it, and hashing the program a thousand times is half a second.
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

// This file runs from lib/ in tests and from dist/lib/ everywhere else.
function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageRoot(dirname(folder));
}
