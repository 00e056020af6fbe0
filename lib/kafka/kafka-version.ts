import { assertImage } from '../kubernetes/names';

/** A version of Apache Kafka, and what it can do. */
export class KafkaVersion {
  /** Kafka 3.9, the last line that runs on ZooKeeper. */
  public static readonly V3_9 = KafkaVersion.of('3.9.2');
  /** Kafka 4.0. */
  public static readonly V4_0 = KafkaVersion.of('4.0.2');
  /** Kafka 4.1. */
  public static readonly V4_1 = KafkaVersion.of('4.1.2');
  /** Kafka 4.2. */
  public static readonly V4_2 = KafkaVersion.of('4.2.2');
  /** Kafka 4.3. */
  public static readonly V4_3 = KafkaVersion.of('4.3.1');
  /** Kafka 4.4. */
  public static readonly V4_4 = KafkaVersion.of('4.4.0');

  /**
   * Any release from 3.9.0 on.
   *
   * @param version three numbers, for example `4.3.1`
   * @param image container image with Kafka under `/opt/kafka`; default: `apache/kafka:<version>`
   * @throws when the version is not three numbers, or older than 3.9
   */
  public static of(version: string, image?: string): KafkaVersion {
    const numbers = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version)?.slice(1).map(Number);
    if (!numbers) {
      throw new Error(
        `Kafka version '${version}' is not three numbers; write it as Apache Kafka publishes it, for example '4.4.0'`,
      );
    }
    const [major, minor, patch] = numbers;
    if (major < 3 || (major === 3 && minor < 9)) {
      throw new Error(`Kafka version '${version}' is not supported; use 3.9.0 or newer`);
    }
    if (image !== undefined) {
      assertImage(`image of Kafka ${version}`, image);
    }
    return new KafkaVersion(version, image ?? `apache/kafka:${version}`, major, minor, patch);
  }

  private constructor(
    /** The release, three numbers. */
    public readonly version: string,
    /** The container image that runs it. */
    public readonly image: string,
    private readonly major: number,
    private readonly minor: number,
    private readonly patch: number,
  ) {}

  /** Whether brokers of this version can keep their metadata in ZooKeeper. */
  public get supportsZookeeper(): boolean {
    return this.major < 4;
  }

  /**
   * Whether a new controller quorum keeps its set of voters in its log (KIP-853), so that it can change later.
   * Kafka knows this from 3.9 on, but only from 4.2 on can a controller with a new disk join by itself.
   */
  public get supportsDynamicQuorum(): boolean {
    return this.isAtLeast(4, 2);
  }

  /** Whether the version logs through Log4j 2; older ones use Log4j 1. */
  public get usesLog4j2(): boolean {
    return this.major >= 4;
  }

  /** Whether the version keeps the state of share groups in a topic. */
  public get supportsShareGroups(): boolean {
    return this.isAtLeast(4, 1);
  }

  /** Whether this version is older than another one. */
  public isOlderThan(other: KafkaVersion): boolean {
    const own = [this.major, this.minor, this.patch];
    const theirs = [other.major, other.minor, other.patch];
    const index = own.findIndex((number, at) => number !== theirs[at]);
    return index >= 0 && own[index] < theirs[index];
  }

  private isAtLeast(major: number, minor: number): boolean {
    return this.major > major || (this.major === major && this.minor >= minor);
  }
}
