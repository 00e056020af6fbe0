import { KafkaVersion } from '../kafka/kafka-version';
import { PATHS } from '../seam/agent-config';

/** A logging configuration that writes to standard output only: the container runtime keeps and rotates it. */
export interface LogConfig {
  readonly fileName: string;
  readonly content: string;
  /** Option that makes the JVM read the file. */
  readonly jvmOption: string;
}

// Loggers that write a line for every request at their default level.
const LEVELS: [logger: string, level: string][] = [
  ['kafka.network.RequestChannel$', 'WARN'],
  ['kafka.request.logger', 'WARN'],
];

const PATTERN = '[%d{ISO8601}] %p %m (%c)%n';

/** The configuration for the logging library of a Kafka version. */
export function logConfig(version: KafkaVersion): LogConfig {
  return version.usesLog4j2 ? log4j2() : log4j1();
}

function log4j2(): LogConfig {
  const fileName = 'log4j2.yaml';
  return {
    fileName,
    jvmOption: `-Dlog4j2.configurationFile=${PATHS.config}/${fileName}`,
    content: [
      'Configuration:',
      '  status: WARN',
      '  Appenders:',
      '    Console:',
      '      name: STDOUT',
      '      PatternLayout:',
      `        pattern: "${PATTERN}"`,
      '  Loggers:',
      '    Root:',
      '      level: INFO',
      '      AppenderRef:',
      '        ref: STDOUT',
      '    Logger:',
      ...LEVELS.flatMap(([logger, level]) => [`      - name: ${logger}`, `        level: ${level}`]),
      '',
    ].join('\n'),
  };
}

function log4j1(): LogConfig {
  const fileName = 'log4j.properties';
  return {
    fileName,
    jvmOption: `-Dlog4j.configuration=file:${PATHS.config}/${fileName}`,
    content: [
      'log4j.rootLogger=INFO, stdout',
      'log4j.appender.stdout=org.apache.log4j.ConsoleAppender',
      'log4j.appender.stdout.layout=org.apache.log4j.PatternLayout',
      `log4j.appender.stdout.layout.ConversionPattern=${PATTERN}`,
      ...LEVELS.map(([logger, level]) => `log4j.logger.${logger}=${level}`),
      '',
    ].join('\n'),
  };
}
