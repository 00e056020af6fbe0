import { assertImage } from '../kubernetes/names';
import { quoted } from '../input/format';
import { isOfType, markType } from '../input/type-mark';
import { Kind, kind } from '../input/kinds';

/** A version of Apache Kafka and its capabilities. */
export class KafkaVersion {
  /** Kafka 3.9, the last version that supports ZooKeeper. */
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
   * Any version from 3.9.0 on.
   *
   * @param version three numbers, for example `4.3.1`
   * @param image container image with Kafka under `/opt/kafka`; default: `docker.io/apache/kafka:<version>`
   * @throws when the version is not three numbers, or older than 3.9
   */
  public static of(version: string, image?: string): KafkaVersion {
    const isText = typeof (version as unknown) === 'string' && version.length < 40;
    const parts = isText ? /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version) : undefined;
    const numbers = parts?.slice(1).map(Number);
    if (!numbers) {
      throw new Error(`Kafka version ${quoted(version)} is not three numbers, such as '4.4.0'`);
    }
    const [major, minor, patch] = numbers;
    if (major < 3 || (major === 3 && minor < 9)) {
      throw new Error(`Kafka version '${version}' is not supported; use 3.9.0 or newer`);
    }
    if (image !== undefined) {
      assertImage(`image of Kafka ${version}`, image, `registry.example.com/kafka:${version}`);
    }
    return new KafkaVersion(version, image ?? `docker.io/apache/kafka:${version}`, major, minor, patch);
  }

  /** True if the value is a KafkaVersion. */
  public static isKafkaVersion(value: unknown): value is KafkaVersion {
    return isOfType(value, 'KafkaVersion');
  }

  private constructor(
    /** The version: three numbers. */
    public readonly version: string,
    /** The container image. */
    public readonly image: string,
    private readonly major: number,
    private readonly minor: number,
    private readonly patch: number,
  ) {
    markType(this, 'KafkaVersion');
  }

  /** True if brokers of this version can store their metadata in ZooKeeper. */
  public get supportsZookeeper(): boolean {
    return this.major < 4;
  }

  /**
   * True if a new quorum stores its voters in the metadata log (KIP-853), so that they can change later. Kafka supports this
   * from 3.9 on, but a controller with a new disk can join by itself only from 4.2 on.
   */
  public get supportsDynamicQuorum(): boolean {
    return this.isAtLeast(4, 2);
  }

  /** True if the version logs with Log4j 2; older versions use Log4j 1. */
  public get usesLog4j2(): boolean {
    return this.major >= 4;
  }

  /** True if the version has share groups. Their state is in an internal topic. */
  public get supportsShareGroups(): boolean {
    return this.isAtLeast(4, 1);
  }

  /** True if this version is older than the other one. */
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

/** The kind of a KafkaVersion. */
export const KAFKA_VERSION: Kind<KafkaVersion> = kind(KafkaVersion.isKafkaVersion, 'KafkaVersion.V4_4');
