import { KafkaVersion } from '../kafka/kafka-version';
import { PATHS } from '../seam/agent-config';
import { LogFormat, LogLevel, LoggingOptions } from './logging';

/** A logging configuration that writes to standard output only: the container runtime stores and rotates the logs. */
export interface LogConfig {
  readonly fileName: string;
  readonly content: string;
  /** JVM option that selects the file. */
  readonly jvmOption: string;
}

// Loggers that write one line for every request at their default level.
const LOGGERS: Readonly<Record<string, LogLevel>> = {
  'kafka.network.RequestChannel$': LogLevel.WARN,
  'kafka.request.logger': LogLevel.WARN,
};

/** Name of a Java class or package. The configuration files contain it without quotes. */
const LOGGER_NAME = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;

const TEXT_PATTERN = '[%d{ISO8601}] %p %m (%c)%n';

// Not JsonTemplateLayout: Kafka's distribution does not contain its module.
const JSON_PATTERN =
  '{"timestamp":"%d{yyyy-MM-dd\'T\'HH:mm:ss.SSSXXX}","level":"%p","logger":"%enc{%c}{JSON}","thread":"%enc{%t}{JSON}",' +
  '"message":"%enc{%m}{JSON}","exception":"%enc{%throwable}{JSON}"}%n';

/** Log levels of a server. */
interface Levels {
  readonly root: LogLevel;
  readonly loggers: readonly (readonly [logger: string, level: LogLevel])[];
}

/**
 * The configuration for the logging library of a Kafka version.
 *
 * @throws when a level is unknown, or the version cannot log JSON
 */
export function logConfig(owner: string, version: KafkaVersion, options: LoggingOptions = {}): LogConfig {
  const levels = levelsOf(owner, options, LOGGERS);
  const isJson = options.format === LogFormat.JSON;
  if (isJson && !version.usesLog4j2) {
    throw new Error(
      `logging of ${owner} has the format JSON with Kafka ${version.version}; it needs Kafka 4.0 or newer, so use LogFormat.TEXT`,
    );
  }
  return version.usesLog4j2 ? log4j2(levels, isJson ? JSON_PATTERN : TEXT_PATTERN) : log4j1(levels);
}

/**
 * Levels of the root logger and of other loggers, sorted by name.
 *
 * @throws when a level or a format is unknown
 */
export function levelsOf(
  owner: string,
  options: LoggingOptions,
  defaults: Readonly<Record<string, LogLevel>> = {},
): Levels {
  const loggers = Object.entries({ ...defaults, ...options.loggers }).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [logger] of loggers) {
    if (!LOGGER_NAME.test(logger)) {
      throw new Error(
        `logger '${logger}' in logging of ${owner} is not a Java name; use letters, digits, '_', '$' and '.', for example ` +
          "'kafka.server.KafkaApis'",
      );
    }
  }
  return { root: options.level ?? LogLevel.INFO, loggers };
}

function log4j2({ root, loggers }: Levels, pattern: string): LogConfig {
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
      `        pattern: ${JSON.stringify(pattern)}`,
      ...(pattern === JSON_PATTERN ? ['        alwaysWriteExceptions: false'] : []),
      '  Loggers:',
      '    Root:',
      `      level: ${root}`,
      '      AppenderRef:',
      '        ref: STDOUT',
      '    Logger:',
      ...loggers.flatMap(([logger, level]) => [`      - name: ${logger}`, `        level: ${level}`]),
      '',
    ].join('\n'),
  };
}

function log4j1({ root, loggers }: Levels): LogConfig {
  const fileName = 'log4j.properties';
  return {
    fileName,
    jvmOption: `-Dlog4j.configuration=file:${PATHS.config}/${fileName}`,
    content: [
      `log4j.rootLogger=${root}, stdout`,
      'log4j.appender.stdout=org.apache.log4j.ConsoleAppender',
      'log4j.appender.stdout.layout=org.apache.log4j.PatternLayout',
      `log4j.appender.stdout.layout.ConversionPattern=${TEXT_PATTERN}`,
      ...loggers.map(([logger, level]) => `log4j.logger.${logger}=${level}`),
      '',
    ].join('\n'),
  };
}
