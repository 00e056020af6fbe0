import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { configMap } from './kubernetes/config-map';
import { objectLabels } from './kubernetes/labels';
import { assertLabel, assertLength, namespaceOf } from './kubernetes/names';
import { KINDS, assertItems, assertRequired } from './input/kinds';
import { assertTopics } from './topics/topic-checks';
import { shard } from './topics/topic-shards';
import { TopicDefinition } from './topics/topic-definition';
import { warnUnknownProps } from './input/warnings';
import { PROPERTIES } from './input/props';

/** Properties of a `TopicConfigMap`. */
export interface TopicConfigMapProps {
  /**
   * Name of the ConfigMaps, to which a number is added. An app with several lists gives each its own.
   *
   * @default 'kafka-topics'
   */
  readonly configMapName?: string;

  /** The topics. */
  readonly topics: TopicDefinition[];
}

/**
 * Topics as data: one line per topic, in as many ConfigMaps as it takes to stay below the size that `kubectl apply`
 * can handle.
 */
export class TopicConfigMap extends Construct {
  /** The ConfigMaps. */
  public readonly configMaps: ApiObject[];
  /** Names of the ConfigMaps. */
  public readonly configMapNames: string[];
  private readonly _topics: TopicDefinition[];

  constructor(scope: Construct, id: string, props: TopicConfigMapProps) {
    super(scope, id);
    assertRequired('a TopicConfigMap', props, { topics: KINDS.list });
    if (new.target === TopicConfigMap) {
      warnUnknownProps('a TopicConfigMap', props, PROPERTIES.TOPIC_CONFIG_MAP);
    }
    assertItems('a TopicConfigMap', 'topics', props.topics, KINDS.definitions);
    const namespace = namespaceOf(this);
    const name = props.configMapName ?? 'kafka-topics';
    assertLabel('configMapName', name);
    assertTopics(props.topics);
    const files = shard(props.topics);
    // A run sees each as a file with '.json' at the end, and file names may have 255.
    assertLength(
      'name of a topic file without its ending',
      `${name}-${files.length - 1}`,
      250,
      'configMapName',
    );
    this._topics = props.topics.map((topic) => ({ ...topic, config: { ...topic.config } }));
    this.configMapNames = files.map((_, index) => `${name}-${index}`);
    this.configMaps = files.map((file, index) =>
      configMap(this, `Shard${index}`, namespace, {
        name: `${name}-${index}`,
        labels: objectLabels({ 'app.kubernetes.io/name': 'kafka' }),
        data: { 'topics.json': file },
      }),
    );
  }

  /** The topics. */
  public get topics(): TopicDefinition[] {
    return this._topics.map((topic) => ({ ...topic, config: { ...topic.config } }));
  }
}
