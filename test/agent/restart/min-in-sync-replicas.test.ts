import { MinInSyncReplicas } from '../../../agent/restart/min-in-sync-replicas';
import { TopicServers } from '../topics/topic-servers';

const DEFAULT_SOURCE = 5;
const TOPIC_SOURCE = 1;

test('the value that applies is read, whether a topic, the brokers or Kafka set it', async () => {
  const servers = await TopicServers.start([1]);
  try {
    const setting = (value: string, source: number) => [{ name: 'min.insync.replicas', value, source }];
    servers.settings.set('own', setting('3', TOPIC_SOURCE)).set('default', setting('2', DEFAULT_SOURCE));
    const read = new MinInSyncReplicas(5_000);
    await read.read({ host: '127.0.0.1', port: servers.portOf(1) }, ['own', 'default', 'denied']);
    expect(read.byTopic).toEqual(
      new Map([
        ['own', 3],
        ['default', 2],
      ]),
    );
  } finally {
    await servers.stopAll();
  }
});
