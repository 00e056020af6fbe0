import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CONFIG = {
  role: 'broker',
  clusterName: 'bench',
  mapName: 'bench',
  namespace: 'bench',
  statefulSet: 'bench-map',
  serviceHost: 'localhost',
  metadataMode: 'kraft',
  brokerIds: { first: 1, last: 1 },
  internal: { name: 'INTERNAL', port: 1 },
  advertised: [],
  disks: [],
  ledger: 'bench',
};

/** Resident memory of `agent serve` after it has judged a broker that is not there some times. */
export async function agentMemory(folder) {
  const file = join(folder, 'agent.json');
  writeFileSync(file, JSON.stringify(CONFIG));
  const env = { PATH: process.env.PATH, POD_NAME: 'bench-map-1', NODE_OPTIONS: '--max-old-space-size=128' };
  const agent = spawn(process.execPath, ['dist/agent/agent.js', 'serve', file], { env, stdio: 'ignore' });
  try {
    // Rounds are a second apart while nothing is ready.
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    const page = await (await fetch('http://127.0.0.1:8080/metrics')).text();
    const bytes = Number(/^cdk8s_kafka_agent_process_resident_memory_bytes\S* (\S+)/m.exec(page)[1]);
    return `${(bytes / 2 ** 20).toFixed(0)} MiB resident while it serves without a broker`;
  } finally {
    agent.kill('SIGTERM');
  }
}
