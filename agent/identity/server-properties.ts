import { BrokerConfig, ControllerConfig } from '../../lib/seam/agent-config';

/** Renders the settings of a broker that depend on the pod. */
export function brokerProperties(config: BrokerConfig, id: number, podName: string, zone: string): string {
  const host = `${podName}.${config.headlessServiceHost}`;
  const advertised = config.advertisedListeners
    .map(({ name, port }) => `${name}://${host}:${port}`)
    .join(',');
  return [
    `${config.metadataMode === 'kraft' ? 'node.id' : 'broker.id'}=${id}`,
    `broker.rack=${zone}`,
    `advertised.listeners=${advertised}`,
    '',
  ].join('\n');
}

/** Renders the settings of a controller that depend on the pod. */
export function controllerProperties(
  { listener, headlessServiceHost }: ControllerConfig,
  id: number,
  podName: string,
): string {
  return [
    `node.id=${id}`,
    `advertised.listeners=${listener.name}://${podName}.${headlessServiceHost}:${listener.port}`,
    '',
  ].join('\n');
}
