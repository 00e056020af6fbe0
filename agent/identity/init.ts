import { mkdir, rename, writeFile } from 'node:fs/promises';
import { DiskConfig, FILES, PATHS, ServerPodConfig } from '../../lib/seam/agent-config';
import { environment, readMounted } from '../runtime/config';
import { log } from '../runtime/log';
import { initBroker } from './init-broker';
import { initController } from './init-controller';
import { initZookeeper } from './init-zookeeper';

/**
 * Prepares the start of a server: checks its certificates and disks and writes its configuration. Certificates come first,
 * because other servers require them for requests about the disks.
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
  log.info('the server may start', { pod: podName });
}

/** Writes server.properties. The rename prevents that Kafka reads an incomplete file. */
async function writeServerProperties(disks: readonly DiskConfig[], podSettings: string): Promise<void> {
  for (const { logDir } of disks) {
    await mkdir(logDir, { recursive: true });
  }
  const shared = await readMounted(`${PATHS.config}/${FILES.serverProperties}`);
  const path = `${PATHS.runtime}/${FILES.serverProperties}`;
  await writeFile(`${path}.new`, `${shared}${podSettings}`);
  await rename(`${path}.new`, path);
}
