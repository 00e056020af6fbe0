import { brokerProperties, controllerProperties } from '../../../agent/identity/server-properties';
import { brokerConfig, controllerConfig } from '../configs';

test('a broker of a KRaft cluster', () => {
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

test('a broker of a ZooKeeper cluster has the other name for its id', () => {
  const config = brokerConfig({ metadataMode: 'zookeeper' });
  const [first] = brokerProperties(config, 1002, 'events-streams-1002', 'eu-west-1b').split('\n');
  expect(first).toBe('broker.id=1002');
});

test('a controller', () => {
  expect(controllerProperties(controllerConfig(), 3001, 'events-controller-3001')).toBe(
    [
      'node.id=3001',
      'advertised.listeners=' +
        'CONTROLLER://events-controller-3001.events-controllers.prod.svc.cluster.local:9093',
      '',
    ].join('\n'),
  );
});
