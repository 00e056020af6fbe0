import { PropTable, optional } from '../input/props';
import { enumOf, recordOf } from '../input/kinds';

/** Level of a logger. */
export enum LogLevel {
  /** No messages. */
  OFF = 'OFF',
  /** Errors only. */
  ERROR = 'ERROR',
  /** Warnings and errors. */
  WARN = 'WARN',
  /** Events of normal operation. Kafka's default. */
  INFO = 'INFO',
  /** Details for debugging. */
  DEBUG = 'DEBUG',
  /** All details. */
  TRACE = 'TRACE',
}

/** Format of log lines. */
export enum LogFormat {
  /** Kafka's text format. */
  TEXT = 'text',
  /** One JSON object per line: `timestamp`, `level`, `logger`, `thread`, `message`, `exception`. */
  JSON = 'json',
}

/** Logging of a server. It always logs to standard output. */
export interface LoggingOptions {
  /**
   * Level of the root logger.
   *
   * @default LogLevel.INFO
   */
  readonly level?: LogLevel;

  /**
   * Levels by logger name, for example `{ 'kafka.server.ReplicaManager': LogLevel.DEBUG }`.
   *
   * @default - loggers that write one line for each request log warnings only
   */
  readonly loggers?: { [logger: string]: LogLevel };

  /**
   * Format of log lines. JSON needs Kafka 4.0 or newer, which logs with Log4j 2.
   *
   * @default LogFormat.TEXT
   */
  readonly format?: LogFormat;
}

/** Properties of LoggingOptions. */
export const LOGGING_OPTIONS: PropTable<LoggingOptions> = {
  level: optional(enumOf(LogLevel)),
  loggers: optional(recordOf(enumOf(LogLevel), 'kafka.server.KafkaApis')),
  format: optional(enumOf(LogFormat)),
};
