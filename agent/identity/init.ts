import { mkdir, rename, writeFile } from 'node:fs/promises';
import { DiskConfig, FILES, PATHS, ServerPodConfig } from '../../lib/seam/agent-config';
import { environment, readMounted } from '../runtime/config';
import { log } from '../runtime/log';
import { initBroker } from './init-broker';
import { initController } from './init-controller';
import { initZookeeper } from './init-zookeeper';

/**
 * Gives a pod its identity: checks its certificates and disks and writes what the server starts with. Certificates come
 * first, since whoever is asked about the disks wants to see them.
 */
export async function init(config: ServerPodConfig, signal: AbortSignal): Promise<void> {
  const podName = environment('POD_NAME');
  switch (config.role) {
    case 'broker':
      await writeServerProperties(config.disks, await initBroker(config, podName, signal));
      break;
    case 'controller':
      await writeServerProperties(config.disks, await initController(config, podName, signal));
      break;
    case 'zookeeper':
      await initZookeeper(config, podName, signal);
  }
  log.info('identity is complete', { pod: podName });
}

/** Kafka must never see half a file. */
async function writeServerProperties(disks: readonly DiskConfig[], identity: string): Promise<void> {
  for (const { logDir } of disks) {
    await mkdir(logDir, { recursive: true });
  }
  const shared = await readMounted(`${PATHS.config}/${FILES.serverProperties}`);
  const path = `${PATHS.runtime}/${FILES.serverProperties}`;
  await writeFile(`${path}.new`, `${shared}${identity}`);
  await rename(`${path}.new`, path);
}
