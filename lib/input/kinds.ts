/** How values of a kind are told from others: of whatever class, what they have and what they lack. */
interface Kind {
  /** The kind, for the message. */
  readonly kind: string;
  readonly has: string;
  readonly lacks?: string;
}

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
  kinds: Readonly<Record<string, Kind>>,
): void {
  const given = Object(props) as Record<string, unknown>;
  for (const [name, { kind, has, lacks }] of Object.entries(kinds)) {
    const value = given[name];
    if (value === undefined) {
      throw new Error(`${name} of ${owner} is missing; give it ${kind}`);
    }
    if (!(has in Object(value)) || (lacks !== undefined && lacks in Object(value))) {
      throw new Error(`${name} of ${owner} is ${format(value)}; give it ${kind}`);
    }
    if (Array.isArray(value)) {
      assertNoGaps(`${name} of ${owner}`, value);
    }
  }
}

/** @throws when a list has gaps, which loops would leave out, or take for something else */
export function assertNoGaps(what: string, list: readonly unknown[]): void {
  if (Array.from(list).some((item) => item === undefined || item === null)) {
    throw new Error(`${what} is ${format(list)}, a list with gaps; leave them out`);
  }
}

/** A value as a message quotes it; what cannot be written as JSON by the name of its class. */
export function format(value: unknown): string {
  if (typeof value === 'function') {
    return `the function ${value.name}`;
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') {
    // JSON has no word for some of them.
    return String(value);
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a ${Object(value).constructor.name}`;
  }
}

/**
 * Checks a property of an enum. Whatever else is given would count as one of its values, and not the safe one.
 *
 * @throws when it is none of the enum's values
 */
export function assertEnum(owner: string, name: string, value: unknown, values: object): void {
  const legal: unknown[] = Object.values(values);
  if (value !== undefined && !legal.includes(value)) {
    throw new Error(`${name} of ${owner} is ${format(value)}; give it one of ${legal.map(format).join(', ')}`);
  }
}

/** The same for properties that may be left out. */
export function assertKinds(owner: string, props: object, kinds: Parameters<typeof assertRequired>[2]): void {
  const given = props as Record<string, unknown>;
  assertRequired(
    owner,
    props,
    Object.fromEntries(Object.entries(kinds).filter(([name]) => given[name] !== undefined)),
  );
}

/**
 * Checks a list, and each item of it.
 *
 * @throws when it is none, or an item is of another kind
 */
export function assertItems(
  owner: string,
  name: string,
  items: readonly unknown[] = [],
  { kind, has }: Kind,
): void {
  assertRequired(owner, { [name]: items }, { [name]: KINDS.list });
  const other = items.find((item) => !(has in Object(item)));
  if (other !== undefined) {
    throw new Error(`${name} of ${owner} has ${format(other)}; give it ${kind}`);
  }
}

/**
 * Checks that something is an object, as one in quotes, say, would count as one without properties.
 *
 * @throws when it is none
 */
export function assertObject(what: string, value: unknown, example: string): void {
  if (value !== undefined && Object.prototype.toString.call(value) !== '[object Object]') {
    throw new Error(`${what} is ${format(value)}; write an object: ${example}`);
  }
}

/**
 * Checks options where what is not understood would leave something open.
 *
 * @throws when they are no object, or have a property that nobody reads
 */
export function assertOptions(owner: string, options: unknown, names: readonly string[]): void {
  assertObject(`what ${owner} is given`, options, `{ ${names[0]}: ... }`);
  const other = Object.keys(Object(options) as object).find((name) => !names.includes(name));
  if (other !== undefined) {
    throw new Error(`${owner} has no '${other}'; it has ${names.join(', ')}`);
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
  ids: { kind: 'a range of ids, for example NodeIds.range(1001, 1003)', has: 'toList' },
  nodeGroup: { kind: 'a NodeGroup, for example NodeGroup.any()', has: 'taints' },
  storage: { kind: 'a ServerStorage, for example ServerStorage.localVolume({ ... })', has: '_assertOneDisk' },
  list: { kind: 'a list', has: 'map' },
  topics: { kind: 'a TopicConfigMap', has: 'configMapNames' },
  size: { kind: 'a Size, for example Size.gibibytes(4)', has: 'toMebibytes' },
  cpu: { kind: 'a Cpu, for example Cpu.units(2)', has: 'amount', lacks: 'toMebibytes' },
  duration: { kind: 'a Duration, for example Duration.minutes(20)', has: 'toSeconds' },
  metadata: { kind: 'a ControllerQuorum or a ZookeeperEnsemble', has: 'attach' },
  caBundle: { kind: "a CaBundle, for example CaBundle.secret('company-ca')", has: '_toSource' },
  instanceType: { kind: 'an InstanceType, for example InstanceType.I3EN_XLARGE', has: 'allocatableMemory' },
  schedule: { kind: "a Cron, for example Cron.schedule({ minute: '*/5' })", has: 'expressionString' },
  agent: { kind: 'an AgentProgram, for example AgentProgram.bundled()', has: 'isBundled' },
  clients: { kind: "clients, for example { clientName: 'shop' }", has: 'clientName' },
  // Anything else has no peer either, and would so let everybody in.
  peers: { kind: "NetworkPeers, for example NetworkPeer.addresses('10.0.0.0/8')", has: '_peer' },
  definitions: {
    kind: "topics, for example { name: 'orders', partitions: 12, replicationFactor: 3 }",
    has: 'name',
  },
  patterns: { kind: "patterns of topic names, for example 'orders-.*'", has: 'trim' },
} as const;

/** Kinds of the optional properties that every server has. */
export const SERVER_KINDS = {
  cpu: KINDS.cpu,
  memory: KINDS.size,
  heap: KINDS.size,
  preStopTimeout: KINDS.duration,
  shutdownGracePeriod: KINDS.duration,
  maxForceDuration: KINDS.duration,
} as const;
