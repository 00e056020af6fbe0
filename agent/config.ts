import { readFile } from 'node:fs/promises';
import { AgentConfig } from '../lib/private/agent-config';
import { EXIT, OperatorError, reasonOf } from './errors';

/**
 * Reads agent.json.
 *
 * @throws when it cannot be read, or was written for other commands than `roles`
 */
export async function readConfig<R extends AgentConfig['role']>(
  path: string,
  roles: readonly R[],
): Promise<Extract<AgentConfig, { role: R }>> {
  const config = parse(path, await read(path));
  if (!isOneOf(config, roles)) {
    throw new OperatorError(
      `${path}: role is '${config.role}', this command is for ${roles.join(' and ')}`,
      'run the command that the pod was made for',
      EXIT.usage,
    );
  }
  return config;
}

function isOneOf<R extends AgentConfig['role']>(
  config: AgentConfig,
  roles: readonly R[],
): config is Extract<AgentConfig, { role: R }> {
  return (roles as readonly string[]).includes(config.role);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new OperatorError(
      `${path} cannot be read: ${reasonOf(error)}`,
      'mount the ConfigMap that holds it',
    );
  }
}

function parse(path: string, text: string): AgentConfig {
  try {
    return JSON.parse(text) as AgentConfig;
  } catch (error) {
    throw new OperatorError(`${path} is not JSON: ${reasonOf(error)}`, 'apply the synthesized YAML again');
  }
}

/**
 * A variable that the pod sets.
 *
 * @throws when it is missing
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new OperatorError(`environment variable ${name} is missing`, 'apply the synthesized YAML again');
  }
  return value;
}
