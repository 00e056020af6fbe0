import { checksum } from '../kubernetes/checksum';
import { ServerPodConfig } from '../seam/agent-config';

/** Cause of a restart by a change of agent.json. Agents read agent.json only when they start. */
export type AgentRestartCause = 'identity' | 'stopping';

/** Fields of agent.json about planned stops. */
const STOPPING: readonly string[] = ['stop', 'maxForceSeconds'] satisfies (keyof ServerPodConfig)[];

/**
 * Checksums of agent.json by cause, so that a diff shows why pods restart.
 *
 * @param restartFree fields that take effect at the next start, so that their change restarts nothing
 */
export function agentChecksums(
  config: ServerPodConfig,
  restartFree: readonly string[] = [],
): Record<AgentRestartCause, string> {
  const fields = Object.entries(config).filter(([name]) => !restartFree.includes(name));
  const isStopping = ([name]: [string, unknown]) => STOPPING.includes(name);
  return {
    identity: checksum(JSON.stringify(fields.filter((field) => !isStopping(field)))),
    stopping: checksum(JSON.stringify(fields.filter(isStopping))),
  };
}
