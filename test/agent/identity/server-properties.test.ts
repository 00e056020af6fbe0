import { brokerProperties, controllerProperties } from '../../../agent/identity/server-properties';
import { brokerConfig, controllerConfig } from '../configs';

test('renders the settings of a broker in KRaft mode', () => {
  expect(brokerProperties(brokerConfig(), 1002, 'events-streams-1002', 'eu-west-1b')).toBe(
    [
      'node.id=1002',
      'broker.rack=eu-west-1b',
      'advertised.listeners=' +
        'INTERNAL://events-streams-1002.events-brokers.prod.svc.cluster.local:9091,' +
        'CLIENT://events-streams-1002.events-brokers.prod.svc.cluster.local:9092',
      '',
    ].join('\n'),
  );
});

test('renders broker.id in ZooKeeper mode', () => {
  const config = brokerConfig({ metadataMode: 'zookeeper' });
  const [first] = brokerProperties(config, 1002, 'events-streams-1002', 'eu-west-1b').split('\n');
  expect(first).toBe('broker.id=1002');
});

test('renders the settings of a controller', () => {
  expect(controllerProperties(controllerConfig(), 3001, 'events-controller-3001')).toBe(
    [
      'node.id=3001',
      'advertised.listeners=' +
        'CONTROLLER://events-controller-3001.events-controllers.prod.svc.cluster.local:9093',
      '',
    ].join('\n'),
  );
});
