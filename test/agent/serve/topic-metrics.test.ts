import { Registry } from '../../../agent/runtime/prometheus';
import { addTopicMetrics } from '../../../agent/serve/topic-metrics';
import { LastRun, lastRunIn } from '../../../agent/topics/status/status-reader';

async function pageOf(run: LastRun | undefined): Promise<string[]> {
  const registry = new Registry();
  addTopicMetrics(registry, () => run);
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('a run is shown with its time, topics and problems', async () => {
  const counts = JSON.stringify({ declared: 12, created: 3, invalid: 1, drift: 2, refused: 'many' });
  const run = lastRunIn({ lastRun: '2026-01-01T00:00:00.000Z', counts });
  expect(await pageOf(run)).toEqual([
    'cdk8s_kafka_topic_sync_last_run_timestamp_seconds 1767225600',
    'cdk8s_kafka_topic_sync_declared_topics 12',
    'cdk8s_kafka_topic_sync_problems{kind="unreachable"} NaN',
    'cdk8s_kafka_topic_sync_problems{kind="invalid"} 1',
    'cdk8s_kafka_topic_sync_problems{kind="refused"} NaN',
    'cdk8s_kafka_topic_sync_problems{kind="rejected"} NaN',
    'cdk8s_kafka_topic_sync_problems{kind="waiting"} NaN',
    'cdk8s_kafka_topic_sync_problems{kind="drift"} 2',
    'cdk8s_kafka_topic_sync_problems{kind="unmanaged"} NaN',
    'cdk8s_kafka_topic_sync_problems{kind="prune"} NaN',
  ]);
});

test.each([
  ['there is no status', {}],
  ['its time is damaged', { lastRun: 'yesterday' }],
])('everything is unknown if %s', async (_, data) => {
  expect((await pageOf(lastRunIn(data))).every((line) => line.endsWith(' NaN'))).toBe(true);
});

test.each(['{', 'null', '[1]'])('damaged counts %j are unknown', async (counts) => {
  const [time, declared] = await pageOf(lastRunIn({ lastRun: '2026-01-01T00:00:00Z', counts }));
  expect([time, declared]).toEqual([
    'cdk8s_kafka_topic_sync_last_run_timestamp_seconds 1767225600',
    'cdk8s_kafka_topic_sync_declared_topics NaN',
  ]);
});
