import { LogFormat, LoggingOptions } from '../servers/logging';
import { levelsOf } from '../servers/log-config';

/** A configuration of Logback, the logging library of ZooKeeper 3.8 and newer. */
export interface ZookeeperLogConfig {
  readonly fileName: string;
  readonly content: string;
}

/**
 * The logging configuration of ZooKeeper servers; undefined to use the configuration of the image.
 *
 * @throws when a level is unknown, or the format is JSON
 */
export function zookeeperLogConfig(owner: string, options?: LoggingOptions): ZookeeperLogConfig | undefined {
  if (options === undefined) {
    return undefined;
  }
  const { root, loggers } = levelsOf(owner, options);
  if (options.format === LogFormat.JSON) {
    throw new Error(`logging of ${owner} has the format JSON, which is for Kafka only; use LogFormat.TEXT`);
  }
  return {
    fileName: 'logback.xml',
    content: [
      '<configuration>',
      '  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">',
      '    <encoder>',
      '      <pattern>%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n</pattern>',
      '    </encoder>',
      '  </appender>',
      ...loggers.map(([logger, level]) => `  <logger name="${logger}" level="${level}"/>`),
      `  <root level="${root}">`,
      '    <appender-ref ref="CONSOLE"/>',
      '  </root>',
      '</configuration>',
      '',
    ].join('\n'),
  };
}
