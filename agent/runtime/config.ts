import { readFile } from 'node:fs/promises';
import { AgentConfig, ServerPodConfig } from '../../lib/seam/agent-config';
import { EXIT, OperatorError, reasonOf } from './errors';

/** Roles of the pods of servers. */
export const SERVER_ROLES = ['broker', 'controller', 'zookeeper'] as const;

/**
 * Reads agent.json.
 *
 * @throws OperatorError if the file cannot be read or is for a command other than those of `roles`
 */
export async function readConfig<R extends AgentConfig['role']>(
  path: string,
  roles: readonly R[],
): Promise<Extract<AgentConfig, { role: R }>> {
  const config = parse(path, await readMounted(path));

  if (!isOneOf(config, roles)) {
    throw new OperatorError(
      `${path}: role is '${config.role}', this command needs role ${roles.join(' or ')}`,
      'run the command that the pod template contains',
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

/**
 * Reads a file of a mounted volume.
 *
 * @param name name of the file in error messages
 *
 * @throws OperatorError if the file cannot be read
 */
export async function readMounted(path: string, name: string = path): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = reasonOf(error).replaceAll(path, name);
    throw new OperatorError(`${name} cannot be read: ${reason}`, 'mount the volume that contains this file');
  }
}

/** Required fields of each role. A missing field means that the file is incomplete or from another version. */
const SERVER_FIELDS = [
  'statefulSet',
  'disks',
  'ledgerConfigMap',
  'certificates',
  'stop',
  // Without this limit an override could last forever.
  'maxForceSeconds',
];
const FIELDS: Readonly<Record<AgentConfig['role'], readonly string[]>> = {
  broker: [
    ...SERVER_FIELDS,
    'zoneLabel',
    'brokerIds',
    'internalListener',
    'advertisedListeners',
    'metadataMode',
  ],
  controller: [...SERVER_FIELDS, 'voters', 'listener', 'quorumKind'],
  zookeeper: [...SERVER_FIELDS, 'servers', 'listener'],
  topics: [
    'namespace',
    'bootstrapHost',
    'internalListener',
    'maps',
    'lists',
    'drift',
    'statusConfigMap',
    'brokerWaitTimeoutSeconds',
  ],
  authority: ['namespace', 'statusConfigMap', 'pkis'],
  recovery: [
    'namespace',
    'bootstrapHost',
    'internalListener',
    'metadataMode',
    'statusConfigMap',
    'lease',
    'groups',
    // Without these limits servers could be freed too early, or too many at once.
    'nodeGoneSeconds',
    'maxNodes',
    'maxConsentSeconds',
    'isDryRun',
  ],
};

function parse(path: string, text: string): AgentConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new OperatorError(`${path} is not JSON: ${reasonOf(error)}`, 'apply the synthesized YAML again');
  }
  const fields: Readonly<Record<string, unknown>> = Object(value);
  const role = String(fields.role);
  const required = Object.hasOwn(FIELDS, role) ? FIELDS[role as AgentConfig['role']] : ['role'];
  const missing = required.filter((name) => fields[name] === undefined || fields[name] === null);
  if (missing.length > 0) {
    throw new OperatorError(
      `${path}: missing fields ${missing.join(', ')}`,
      'apply the synthesized YAML again',
    );
  }
  return value as AgentConfig;
}

/**
 * Value of a required environment variable of the pod.
 *
 * @throws OperatorError if the variable is missing or empty
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new OperatorError(`environment variable ${name} is missing`, 'apply the synthesized YAML again');
  }
  return value;
}

/** Host name of the server of a pod, as the other servers of its cluster know it. */
export function serverHost({ statefulSet, headlessServiceHost }: ServerPodConfig, id: number): string {
  return `${statefulSet}-${id}.${headlessServiceHost}`;
}
