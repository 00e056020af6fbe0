import { Agent } from './agent.mjs';

/**
 * Resident memory of `agent.mjs` after several checks of a broker that is not running.
 *
 * The agent reads the configuration of a map in `objects`, which are the objects of a cluster.
 */
export async function agentMemory(objects, folder) {
  const config = objects
    .filter(({ kind, data }) => kind === 'ConfigMap' && data?.['agent.json'])
    .map(({ data }) => JSON.parse(data['agent.json']))
    .find(({ role }) => role === 'broker');
  const agent = new Agent(config, folder);
  try {
    // Checks run once a second while the broker is not ready.
    await agent.during(new Promise((resolve) => setTimeout(resolve, 15_000)));
    return `${agent.memory.now.toFixed(0)} MiB of resident memory without a broker`;
  } finally {
    await agent.stop();
  }
}
