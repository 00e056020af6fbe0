import { Agent } from './agent.mjs';

/**
 * Resident memory of `agent serve` after it has judged a broker that is not there some times.
 *
 * `objects` are those of a cluster: the agent reads what one of its maps would give it.
 */
export async function agentMemory(objects, folder) {
  const config = objects
    .filter(({ kind, data }) => kind === 'ConfigMap' && data?.['agent.json'])
    .map(({ data }) => JSON.parse(data['agent.json']))
    .find(({ role }) => role === 'broker');
  const agent = new Agent(config, folder);
  try {
    // Rounds are a second apart while nothing is ready.
    await agent.during(new Promise((resolve) => setTimeout(resolve, 15_000)));
    return `${agent.memory.now.toFixed(0)} MiB resident while it serves without a broker`;
  } finally {
    await agent.stop();
  }
}
