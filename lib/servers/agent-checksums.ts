import { ServerPodConfig } from '../seam/agent-config';
import { checksum } from '../kubernetes/checksum';
import { DOMAIN } from '../kubernetes/labels';

/** What agent.json says about how servers stop, and nothing about who they are. */
const STOPPING: readonly (keyof ServerPodConfig)[] = ['stop', 'forceReadyLimitSeconds'];

/**
 * Annotations of pods for agent.json, which agents read once: by cause, so that a diff says why pods restart.
 *
 * @param restartFree fields that count only for the next start
 */
export function agentChecksums(
  config: ServerPodConfig,
  restartFree: readonly string[] = [],
): Record<string, string> {
  const fields = Object.entries(config).filter(([name]) => !restartFree.includes(name));
  const isStopping = ([name]: [string, unknown]) => (STOPPING as readonly string[]).includes(name);
  return {
    [`${DOMAIN}/restart-identity`]: checksum(JSON.stringify(fields.filter((field) => !isStopping(field)))),
    [`${DOMAIN}/restart-stopping`]: checksum(JSON.stringify(fields.filter(isStopping))),
  };
}
