import { existsSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AgentProgram } from '../agent-program';
import { checksum } from './checksum';
import { configMap } from './config-map';

let bundle: string | undefined;
let digest: string | undefined;

/** Adds the ConfigMap with the program, unless an image brings it. */
export function agentConfigMap(
  scope: Construct,
  namespace: string,
  name: string,
  labels: Record<string, string>,
  program: AgentProgram,
): ApiObject | undefined {
  if (!program.isBundled) {
    return undefined;
  }
  return configMap(scope, 'AgentProgram', namespace, { name, labels, data: { 'agent.js': agentBundle() } });
}

/** Changes whenever pods must restart to run another program. */
export function agentChecksum(program: AgentProgram): string {
  return program.isBundled ? checksum(program.imageName, bundleChecksum()) : checksum(program.imageName);
}

// Every workload carries it, and hashing the program a thousand times is half a second.
function bundleChecksum(): string {
  digest ??= checksum(agentBundle());
  return digest;
}

function agentBundle(): string {
  bundle ??= readFileSync(join(packageRoot(__dirname), 'dist', 'agent', 'agent.js'), 'utf8');
  return bundle;
}

// This file runs from lib/ in tests and from dist/lib/ everywhere else.
function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageRoot(dirname(folder));
}
