import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Resident memory of `agent serve` after it has judged a broker that is not there some times.
 *
 * `objects` are those of a cluster: the agent reads what one of its maps would give it.
 */
export async function agentMemory(objects, folder) {
  const text = objects
    .filter(({ kind, data }) => kind === 'ConfigMap' && data?.['agent.json'])
    .map(({ data }) => data['agent.json'])
    .find((json) => JSON.parse(json).role === 'broker');
  const { statefulSet, brokerIds } = JSON.parse(text);
  const file = join(folder, 'agent.json');
  writeFileSync(file, text);
  const env = {
    PATH: process.env.PATH,
    POD_NAME: `${statefulSet}-${brokerIds.first}`,
    POD_UID: 'bench',
    NODE_OPTIONS: '--max-old-space-size=128',
  };
  const agent = spawn(process.execPath, ['dist/agent/agent.js', 'serve', file], { env });
  let said = '';
  agent.stdout.on('data', (data) => (said += data));
  agent.stderr.on('data', (data) => (said += data));
  const gone = once(agent, 'exit').then(([code]) => {
    throw new Error(`the agent left with exit code ${code}:\n${said.slice(-2000)}`);
  });
  try {
    // Rounds are a second apart while nothing is ready.
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 15_000)), gone]);
    const page = await (await fetch('http://127.0.0.1:8080/metrics')).text();
    const bytes = Number(/^cdk8s_kafka_agent_process_resident_memory_bytes\S* (\S+)/m.exec(page)[1]);
    return `${(bytes / 2 ** 20).toFixed(0)} MiB resident while it serves without a broker`;
  } finally {
    gone.catch(() => undefined);
    agent.kill('SIGTERM');
  }
}
