import { KafkaSession } from '../../../agent/kafka/connection';
import { metadataApi } from '../../../agent/kafka/metadata';
import { KafkaServer } from '../../support/kafka-server';

test.each<[string, readonly [number, number], string]>([
  ['only newer versions', [13, 17], 'does not support version 12 of API 3; it supports versions 13 to 17'],
  ['only older versions', [0, 11], 'does not support version 12 of API 3; it supports versions 0 to 11'],
])(
  'a server with %s is reported, and receives no request that it cannot read',
  async (_, versions, message) => {
    let requests = 0;
    const server = await KafkaServer.start([{ key: 3, versions, answer: () => Buffer.alloc(requests++) }]);
    const request = KafkaSession.with({ host: '127.0.0.1', port: server.port }, 4_000, (session) =>
      session.send(metadataApi, null),
    );
    await expect(request).rejects.toThrow(`127.0.0.1:${server.port} ${message}`);
    expect(requests).toBe(0);
    await server.stop();
  },
);

test('a server without an API is reported', async () => {
  const server = await KafkaServer.start([]);
  const request = KafkaSession.with({ host: '127.0.0.1', port: server.port }, 4_000, (session) =>
    session.send(metadataApi, null),
  );
  await expect(request).rejects.toThrow(`127.0.0.1:${server.port} does not support version 12 of API 3`);
  await server.stop();
});
