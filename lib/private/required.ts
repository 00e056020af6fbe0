/**
 * Checks what the TypeScript compiler checks, for those who come from elsewhere.
 *
 * @param owner the construct
 * @param props its properties
 * @param kinds what each required property must have to be of its kind; undefined where any value would do
 * @throws when a property is missing, or is of another kind
 */
export function assertRequired(
  owner: string,
  props: object | undefined,
  kinds: Readonly<Record<string, { readonly kind: string; readonly has: string }>>,
): void {
  const given = Object(props) as Record<string, unknown>;
  for (const [name, { kind, has }] of Object.entries(kinds)) {
    const value = given[name];
    if (value === undefined || value === null) {
      throw new Error(`${name} of ${owner} is missing; give it ${kind}`);
    }
    if (!(has in Object(value))) {
      throw new Error(`${name} of ${owner} is ${JSON.stringify(value)}; give it ${kind}`);
    }
  }
}

/** Kinds of properties that several constructs require. */
export const KINDS = {
  name: { kind: 'a string', has: 'trim' },
  cluster: { kind: 'a KafkaCluster', has: '_context' },
  version: {
    kind: "a KafkaVersion, for example KafkaVersion.V4_4 or KafkaVersion.of('4.4.0')",
    has: 'formsDynamicQuorum',
  },
  ids: { kind: 'a range of ids, for example BrokerIds.range(1001, 1003)', has: 'first' },
  nodeGroup: { kind: 'a NodeGroup, for example NodeGroup.any()', has: 'taints' },
  storage: { kind: 'a BrokerStorage, for example BrokerStorage.localVolume({ ... })', has: 'disks' },
  list: { kind: 'a list', has: 'map' },
  topics: { kind: 'a TopicConfigMap', has: 'configMapNames' },
} as const;
