import { BrokerConfig, ControllerConfig } from '../../lib/seam/agent-config';

/** What only the pod itself knows, as settings of a broker. */
export function brokerProperties(config: BrokerConfig, id: number, podName: string, zone: string): string {
  const host = `${podName}.${config.headlessServiceHost}`;
  const advertised = config.advertisedListeners.map(({ name, port }) => `${name}://${host}:${port}`).join(',');
  return [
    `${config.metadataMode === 'kraft' ? 'node.id' : 'broker.id'}=${id}`,
    `broker.rack=${zone}`,
    `advertised.listeners=${advertised}`,
    '',
  ].join('\n');
}

/** What only the pod itself knows, as settings of a controller. */
export function controllerProperties(
  { listener, headlessServiceHost: serviceHost }: ControllerConfig,
  id: number,
  podName: string,
): string {
  return [
    `node.id=${id}`,
    `advertised.listeners=${listener.name}://${podName}.${serviceHost}:${listener.port}`,
    '',
  ].join('\n');
}
