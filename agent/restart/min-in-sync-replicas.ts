import { Address, KafkaSession } from '../kafka/connection';
import { effectiveTopicSettings } from '../kafka/topic-admin';

/** Settings change seldom, and there can be thousands of topics. */
const REFRESH_INTERVAL_MS = 30_000;
const TOPICS_PER_REQUEST = 500;
const SETTING = 'min.insync.replicas';

/** The setting `min.insync.replicas` of topics, read at intervals. */
export class MinInSyncReplicas {
  /** Values by topic. Topics with an unknown value are missing. */
  byTopic: ReadonlyMap<string, number> = new Map();
  private readAt = -Infinity;

  constructor(private readonly deadlineMs: number) {}

  /**
   * Reads the setting of topics unless all of them were read recently. After a failure the previous values stay.
   *
   * @throws KafkaUnavailable if the server does not answer
   */
  async read(server: Address, topics: readonly string[]): Promise<void> {
    const isKnown = topics.every((topic) => this.byTopic.has(topic));
    if (isKnown && performance.now() - this.readAt < REFRESH_INTERVAL_MS) {
      return;
    }
    const values = new Map<string, number>();
    for (let start = 0; start < topics.length; start += TOPICS_PER_REQUEST) {
      const request = topics
        .slice(start, start + TOPICS_PER_REQUEST)
        .map((name) => ({ name, settings: [SETTING] }));
      const response = await KafkaSession.with(server, this.deadlineMs, (session) =>
        effectiveTopicSettings(session, request),
      );
      for (const [topic, settings] of response) {
        const value = Number(settings.get(SETTING));
        if (Number.isInteger(value)) {
          values.set(topic, value);
        }
      }
    }
    this.byTopic = values;
    this.readAt = performance.now();
  }
}
