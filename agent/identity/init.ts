import { mkdir, rename, writeFile } from 'node:fs/promises';
import { DiskConfig, FILES, NOTHING_TO_FORMAT, PATHS, ServerPodConfig } from '../../lib/seam/agent-config';
import { controllersOf, otherControllers } from '../kafka/addresses';
import { environment, readMounted } from '../runtime/config';
import { log } from '../runtime/log';
import { assertOwnNamespace } from '../runtime/namespace';
import { initBroker } from './init-broker';
import { isFormatted } from './disks';
import { assertReadableMetadata } from './finalized-features';
import { initController } from './init-controller';
import { initZookeeper } from './init-zookeeper';
import { readLogDirs } from './log-dirs';
import { ownId } from './pod-id';

/**
 * Prepares the start of a server: checks its certificates and disks and writes its configuration. Certificates come first,
 * because other servers require them for requests about the disks.
 */
export async function init(config: ServerPodConfig, signal: AbortSignal): Promise<void> {
  const podName = environment('POD_NAME');
  ownId(config, podName);
  await assertOwnNamespace(config);
  switch (config.role) {
    case 'broker':
      await writeServerProperties(config.disks, await initBroker(config, podName, signal));
      await assertReadableMetadata(config, controllersOf(config) ?? []);
      await writeFormat(config.disks);
      break;
    case 'controller': {
      const { properties, formatArguments } = await initController(config, podName, signal);
      await writeServerProperties(config.disks, properties);
      await assertReadableMetadata(config, otherControllers(config, ownId(config, podName)));
      await writeFormat(config.disks, formatArguments);
      break;
    }
    case 'zookeeper':
      await initZookeeper(config, podName, signal);
  }
  log.info('the server may start', { pod: podName });
}

/** Writes the arguments for the container that formats disks, or that there is nothing to format, which saves a start of Java. */
async function writeFormat(
  disks: readonly DiskConfig[],
  formatArguments: readonly string[] = [],
): Promise<void> {
  const isDone = isFormatted(await readLogDirs(disks));
  await writeRuntimeFile(FILES.format, isDone ? NOTHING_TO_FORMAT : formatArguments.join(' '));
}

/** Writes server.properties. */
async function writeServerProperties(disks: readonly DiskConfig[], podSettings: string): Promise<void> {
  for (const { logDir } of disks) {
    await mkdir(logDir, { recursive: true });
  }
  const shared = await readMounted(`${PATHS.config}/${FILES.serverProperties}`);
  await writeRuntimeFile(FILES.serverProperties, `${shared}${podSettings}`);
}

/** Writes a file. The rename prevents that an incomplete file is read. */
async function writeRuntimeFile(name: string, content: string): Promise<void> {
  const path = `${PATHS.runtime}/${name}`;
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}
