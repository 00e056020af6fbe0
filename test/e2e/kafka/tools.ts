import { randomUUID } from 'node:crypto';
import { KubectlError, kubectl } from '../kubernetes/kubectl';
import {
  Endpoint,
  Partition,
  Quorum,
  Setting,
  endOffsetsIn,
  endpointsIn,
  partitionsIn,
  quorumIn,
  settingsIn,
} from './answers';
import { CLIENT_POD, CLIENT_SETTINGS } from './client-pod';
import { Acknowledged, recordsIn } from './records';

const FOLDER = '/opt/kafka/bin';

/** Last line of a complete output file. */
const END = 'this is the end of the output\n';
const INTO_FILE = `file=$1; shift; "$@" > "$file"; code=$?; echo -n '${END}' >> "$file"; exit $code`;
const ATTEMPTS = 5;
const FETCH_SECONDS = 120;

/** Connection of the tools to a cluster. */
export interface ToolsConnection {
  readonly port: number;
  /** Settings file in the client pod. */
  readonly settings: string;
}

const DEFAULT_CONNECTION: ToolsConnection = { port: 9092, settings: CLIENT_SETTINGS };

/** Kafka's command line tools, run in the client pod against one cluster. */
export class KafkaTools {
  private readonly connection: readonly string[];

  constructor(
    private readonly namespace: string,
    clusterName: string,
    { port, settings }: ToolsConnection = DEFAULT_CONNECTION,
  ) {
    this.connection = [
      `--bootstrap-server=${clusterName}-bootstrap.${namespace}.svc.cluster.local:${port}`,
      `--command-config=${settings}`,
    ];
  }

  /** All partitions of all topics. */
  async partitions(): Promise<Partition[]> {
    return partitionsIn(await this.run('kafka-topics.sh', [...this.connection, '--describe']));
  }

  /** Brokers that are registered. */
  async endpoints(): Promise<Endpoint[]> {
    return endpointsIn(await this.run('kafka-cluster.sh', ['list-endpoints', ...this.connection]));
  }

  /** The controller quorum. */
  async quorum(): Promise<Quorum> {
    return quorumIn(await this.run('kafka-metadata-quorum.sh', [...this.connection, 'describe', '--status']));
  }

  /** All settings of a running broker, by name. */
  async settings(broker: number): Promise<Map<string, Setting>> {
    return settingsIn(await this.run('kafka-configs.sh', [...this.configsOf(broker), '--describe', '--all']));
  }

  /** Sets a dynamic setting of one broker, as an operator does. */
  async set(broker: number, name: string, value: string): Promise<void> {
    await this.run('kafka-configs.sh', [
      ...this.configsOf(broker),
      '--alter',
      `--add-config=${name}=${value}`,
    ]);
  }

  /** Deletes a dynamic setting of one broker. */
  async unset(broker: number, name: string): Promise<void> {
    await this.run('kafka-configs.sh', [...this.configsOf(broker), '--alter', `--delete-config=${name}`]);
  }

  /** Sets the credentials of a user from a file in the client pod, because other processes can read arguments. */
  async setUser(name: string, file: string): Promise<void> {
    const of = ['--entity-type=users', `--entity-name=${name}`];
    await this.run('kafka-configs.sh', [...this.connection, ...of, '--alter', `--add-config-file=${file}`]);
  }

  /** Creates a topic with replicas on the brokers named, such as `1003` or `1001:1002,1002:1001`. */
  async createTopic(
    topic: string,
    assignment: string,
    config: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.run('kafka-topics.sh', [
      ...this.connection,
      '--create',
      `--topic=${topic}`,
      `--replica-assignment=${assignment}`,
      ...Object.entries(config).map(([name, value]) => `--config=${name}=${value}`),
    ]);
  }

  /** Settings that were set for a topic itself, by name. */
  async topicSettings(topic: string): Promise<Map<string, string>> {
    const of = ['--entity-type=topics', `--entity-name=${topic}`];
    const output = await this.run('kafka-configs.sh', [...this.connection, ...of, '--describe']);
    const lines = output.split('\n').map((line) => /^ {2}(\S+?)=(.*) sensitive=\w+ synonyms=/.exec(line));
    return new Map(lines.flatMap((line) => (line === null ? [] : [[line[1], line[2]] as const])));
  }

  /** Sets a setting of a topic, as an operator does. */
  async setTopic(topic: string, name: string, value: string): Promise<void> {
    const of = ['--entity-type=topics', `--entity-name=${topic}`];
    await this.run('kafka-configs.sh', [
      ...this.connection,
      ...of,
      '--alter',
      `--add-config=${name}=${value}`,
    ]);
  }

  /** Deletes a topic if it exists. */
  async deleteTopic(topic: string): Promise<void> {
    await this.run('kafka-topics.sh', [...this.connection, '--delete', '--if-exists', `--topic=${topic}`]);
  }

  /** Starts the reassignment of partitions that a file in the client pod describes. */
  async reassign(file: string): Promise<void> {
    const plan = `--reassignment-json-file=${file}`;
    await this.run('kafka-reassign-partitions.sh', [...this.connection, plan, '--execute']);
  }

  /**
   * Sends records with values `<prefix>.0`, `<prefix>.1`, … and returns those that all replicas in sync have.
   *
   * @param perSecond rate, for one record per batch; without a limit if absent
   */
  async produce(
    topic: string,
    count: number,
    prefix: number,
    seconds = 600,
    perSecond = -1,
  ): Promise<Acknowledged[]> {
    const output = await this.run(
      'kafka-verifiable-producer.sh',
      [
        ...this.connection,
        `--topic=${topic}`,
        `--max-messages=${count}`,
        '--acks=-1',
        `--value-prefix=${prefix}`,
        `--throughput=${perSecond}`,
        // With keys, records go to all partitions.
        '--repeating-keys=1000',
      ],
      seconds,
    );
    return recordsIn(output, 'producer_send_success');
  }

  /** Reads a number of records from the beginning, in a consumer group. Stops at a timeout. */
  async consume(topic: string, count: number, group: string, seconds = 600): Promise<Acknowledged[]> {
    const output = await this.run(
      'kafka-verifiable-consumer.sh',
      [
        ...this.connection,
        `--topic=${topic}`,
        `--max-messages=${count}`,
        `--group-id=${group}`,
        '--reset-policy=earliest',
        '--verbose',
      ],
      seconds,
    ).catch((error: unknown) => {
      // Return the records that were read, although the end was not reached.
      if (error instanceof KubectlError && error.output !== '') {
        return error.output;
      }
      throw error;
    });
    return recordsIn(output, 'record_data');
  }

  /** Sends records of 1000 bytes as fast as possible. */
  async fill(topic: string, count: number): Promise<void> {
    await this.run(
      'kafka-producer-perf-test.sh',
      [
        ...this.connection,
        `--topic=${topic}`,
        `--num-records=${count}`,
        '--record-size=1000',
        '--throughput=-1',
      ],
      300,
    );
  }

  /** Number of records ever written to a topic without transactions. */
  async endOffsets(topic: string): Promise<number> {
    return endOffsetsIn(await this.run('kafka-get-offsets.sh', [...this.connection, `--topic=${topic}`]));
  }

  /** Sends records in transactions of half a second. */
  async produceInTransactions(topic: string, count: number, transactionalId: string): Promise<string> {
    const output = await this.run(
      'kafka-producer-perf-test.sh',
      [
        ...this.connection,
        `--topic=${topic}`,
        `--num-records=${count}`,
        '--record-size=100',
        '--throughput=-1',
        `--transactional-id=${transactionalId}`,
        '--transaction-duration-ms=500',
      ],
      300,
    );
    return output.trim().split('\n').at(-1) ?? '';
  }

  /** State of each transactional id. */
  async transactions(): Promise<Map<string, string>> {
    const output = await this.run('kafka-transactions.sh', [...this.connection, 'list']);
    const rows = output.split('\n').slice(1);
    return new Map(rows.map((row) => row.trim().split(/\s+/)).map(([id, , , state]) => [id, state]));
  }

  /** Number of committed records, up to `count`. */
  async countCommitted(topic: string, count: number): Promise<number> {
    const output = await this.run(
      'kafka-console-consumer.sh',
      [
        ...this.connection,
        `--topic=${topic}`,
        '--from-beginning',
        '--isolation-level=read_committed',
        `--max-messages=${count}`,
        '--timeout-ms=30000',
      ],
      300,
    );
    return output.split('\n').filter((line) => line !== '').length;
  }

  private configsOf(broker: number): string[] {
    return [...this.connection, '--entity-type=brokers', `--entity-name=${broker}`];
  }

  /** Writes the output of a tool to a file first: on a busy machine, `kubectl exec` silently truncates output. */
  private async run(tool: string, args: readonly string[], seconds = 120): Promise<string> {
    const file = `/tmp/output-${randomUUID()}`;
    try {
      await this.exec(['bash', '-c', INTO_FILE, 'run', file, `${FOLDER}/${tool}`, ...args], seconds);
    } catch (error) {
      if (error instanceof KubectlError) {
        const output = await this.fetch(file).catch(() => '');
        throw new KubectlError(error.args, error.exitCode, output, error.errors);
      }
      throw error;
    }
    return this.fetch(file);
  }

  private async fetch(file: string): Promise<string> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const text = await this.exec(['cat', file], FETCH_SECONDS);
      if (text.endsWith(END)) {
        return text.slice(0, -END.length);
      }
    }
    throw new Error(`the output of a tool was truncated ${ATTEMPTS} times: ${file} in ${CLIENT_POD}`);
  }

  private exec(command: readonly string[], seconds: number): Promise<string> {
    const pod = ['exec', CLIENT_POD, `--namespace=${this.namespace}`, '--container=tools', '--'];
    return kubectl([...pod, ...command], { seconds });
  }
}
