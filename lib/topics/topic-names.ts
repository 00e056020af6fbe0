import { IConstruct } from 'constructs';

/** Name of a topic in metrics: Kafka replaces '.' by '_', and rejects a second topic with the same metric name. */
export function metricNameOf(topic: string): string {
  return topic.replaceAll('.', '_');
}

/** A declared topic. */
interface Claim {
  readonly name: string;
  /** List or line of a file, for messages. */
  readonly place: string;
}

/** Topics of all lists of a cluster, to find duplicates. */
export class TopicNames {
  /** The names of a cluster. Several constructs of an app can refer to the same cluster. */
  static of(
    scope: IConstruct,
    cluster: { readonly clusterName: string; readonly namespace: string },
  ): TopicNames {
    const { root } = scope.node;
    const clusters = known.get(root) ?? new Map<string, TopicNames>();
    known.set(root, clusters);
    const key = `${cluster.namespace}/${cluster.clusterName}`;
    const names = clusters.get(key) ?? new TopicNames();
    clusters.set(key, names);
    return names;
  }

  private readonly byMetricName = new Map<string, Claim>();

  private constructor() {}

  /**
   * Adds a topic.
   *
   * @returns the problem if it is declared already, or differs from another topic only in '.' and '_'
   */
  add(claim: Claim): string | undefined {
    const other = this.byMetricName.get(metricNameOf(claim.name));
    if (other === undefined) {
      this.byMetricName.set(metricNameOf(claim.name), claim);
      return undefined;
    }
    if (other.name !== claim.name) {
      return (
        `topics '${other.name}' of ${other.place} and '${claim.name}' of ${claim.place} differ only in '.' and '_', which Kafka ` +
        'rejects; rename one of them'
      );
    }
    return other.place === claim.place
      ? `topic '${claim.name}' is listed twice; remove one of them`
      : `topic '${claim.name}' is in ${other.place} and in ${claim.place}; remove it from one of them`;
  }
}

const known = new WeakMap<IConstruct, Map<string, TopicNames>>();
