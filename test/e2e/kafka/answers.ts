/*
 * Parsed output of Kafka's command line tools.
 */

/** A partition from `kafka-topics.sh --describe`. */
export interface Partition {
  readonly topic: string;
  readonly index: number;
  /** Undefined if there is none. */
  readonly leader?: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** A broker from `kafka-cluster.sh list-endpoints`. */
export interface Endpoint {
  readonly id: number;
  readonly rack: string;
}

/** The quorum from `kafka-metadata-quorum.sh describe --status`. */
export interface Quorum {
  readonly leader: number;
  readonly voters: readonly number[];
  readonly observers: readonly number[];
}

/** A setting of a broker from `kafka-configs.sh --describe --all`. */
export interface Setting {
  readonly value: string;
  /** Sources of its values, the effective one first, for example `DYNAMIC_BROKER_CONFIG`. */
  readonly sources: readonly string[];
}

/** Reads the output of `kafka-configs.sh --describe --all` for one broker, by the names of the settings. */
export function settingsIn(output: string): Map<string, Setting> {
  return new Map(
    output.split('\n').flatMap((line) => {
      const [, name, value, synonyms] = /^ {2}(\S+?)=(.*) sensitive=\w+ synonyms=\{(.*)\}$/.exec(line) ?? [];
      const sources = (synonyms?.match(/\b[A-Z_]+_CONFIG(?=:)/g) ?? []) as string[];
      return name === undefined ? [] : [[name, { value, sources }] as const];
    }),
  );
}

/** Reads the output of `kafka-topics.sh --describe`. */
export function partitionsIn(output: string): Partition[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('\tTopic:'))
    .map((line) => {
      const fields = new Map(
        line
          .trim()
          .split('\t')
          .map((field) => {
            const at = field.indexOf(':');
            return [field.slice(0, at), field.slice(at + 1).trim()];
          }),
      );
      const leader = Number(fields.get('Leader'));
      return {
        topic: fields.get('Topic') ?? '',
        index: Number(fields.get('Partition')),
        leader: Number.isInteger(leader) && leader >= 0 ? leader : undefined,
        replicas: numbers(fields.get('Replicas')),
        isr: numbers(fields.get('Isr')),
      };
    });
}

/** Reads the output of `kafka-cluster.sh list-endpoints`. */
export function endpointsIn(output: string): Endpoint[] {
  return output.split('\n').flatMap((line) => {
    const [id, , , rack] = line.trim().split(/\s+/);
    return /^\d+$/.test(id) ? [{ id: Number(id), rack }] : [];
  });
}

/** Reads the output of `kafka-metadata-quorum.sh describe --status`. */
export function quorumIn(output: string): Quorum {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(output)?.[1] ?? '';
  const members = (name: string) =>
    (JSON.parse(field(name) || '[]') as ({ readonly id: number } | number)[]).map((member) =>
      typeof member === 'number' ? member : member.id,
    );
  return {
    leader: Number(field('LeaderId')),
    voters: members('CurrentVoters').sort(ascending),
    observers: members('CurrentObservers').sort(ascending),
  };
}

/** Reads the sum of the end offsets from the output of `kafka-get-offsets.sh`. */
export function endOffsetsIn(output: string): number {
  return output
    .split('\n')
    .filter((line) => /^[^:\s]+:\d+:\d+$/.test(line.trim()))
    .reduce((sum, line) => sum + Number(line.trim().split(':')[2]), 0);
}

function numbers(text = ''): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}

function ascending(a: number, b: number): number {
  return a - b;
}
