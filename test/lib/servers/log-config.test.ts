import { KafkaVersion, LogFormat, LogLevel, LoggingOptions, ZookeeperEnsemble } from '../../../lib';
import { newBrokers, newCluster } from '../../support/cases';
import { messageOf, newChart, serverParts } from '../../support/testing';

const brokersWith = (logging: LoggingOptions = {}, version = KafkaVersion.V4_4) =>
  serverParts(newBrokers(newCluster(newChart(), { version }), { logging }));
const log4j2Of = (logging?: LoggingOptions) => brokersWith(logging).data['log4j2.yaml'];
const zookeeperWith = (logging?: LoggingOptions) =>
  serverParts(new ZookeeperEnsemble(newChart(), 'Zookeeper', { logging }));

test.each([
  [KafkaVersion.V4_0, 'log4j2.yaml', '-Dlog4j2.configurationFile=/etc/cdk8s-kafka/log4j2.yaml'],
  [KafkaVersion.V3_9, 'log4j.properties', '-Dlog4j.configuration=file:/etc/cdk8s-kafka/log4j.properties'],
])('the configuration is for the library of the version (%#)', (version, file, option) => {
  const { data, env } = brokersWith({}, version);

  expect(Object.keys(data)).toEqual(['agent.json', 'live-settings.json', file, 'server.properties']);
  expect(env.KAFKA_LOG4J_OPTS).toBe(option);
});

describe('Log4j 2', () => {
  test('defaults', () => {
    expect(log4j2Of()).toBe(
      [
        'Configuration:',
        '  status: WARN',
        '  Appenders:',
        '    Console:',
        '      name: STDOUT',
        '      PatternLayout:',
        '        pattern: "[%d{ISO8601}] %p %m (%c)%n"',
        '  Loggers:',
        '    Root:',
        '      level: INFO',
        '      AppenderRef:',
        '        ref: STDOUT',
        '    Logger:',
        '      - name: kafka.network.RequestChannel$',
        '        level: WARN',
        '      - name: kafka.request.logger',
        '        level: WARN',
        '',
      ].join('\n'),
    );
  });

  test('levels of the user override defaults, and are sorted by logger', () => {
    const loggers = { 'kafka.request.logger': LogLevel.OFF, 'kafka.log': LogLevel.DEBUG };
    const text = log4j2Of({ level: LogLevel.ERROR, loggers });

    expect(text).toContain('    Root:\n      level: ERROR\n');
    expect(text.slice(text.indexOf('    Logger:'))).toBe(
      [
        '    Logger:',
        '      - name: kafka.log',
        '        level: DEBUG',
        '      - name: kafka.network.RequestChannel$',
        '        level: WARN',
        '      - name: kafka.request.logger',
        '        level: OFF',
        '',
      ].join('\n'),
    );
  });

  test('JSON lines escape the message and the exception', () => {
    const pattern = JSON.parse(/pattern: (".*")/.exec(log4j2Of({ format: LogFormat.JSON }))![1]);

    expect(pattern).toBe(
      '{"timestamp":"%d{yyyy-MM-dd\'T\'HH:mm:ss.SSSXXX}","level":"%p","logger":"%enc{%c}{JSON}",' +
        '"thread":"%enc{%t}{JSON}","message":"%enc{%m}{JSON}","exception":"%enc{%throwable}{JSON}"}%n',
    );
    expect(log4j2Of({ format: LogFormat.JSON })).toContain('alwaysWriteExceptions: false');
    expect(log4j2Of({ format: LogFormat.TEXT })).toBe(log4j2Of());
  });

  test('controllers have the same configuration', () => {
    const logging = { level: LogLevel.WARN, format: LogFormat.JSON };
    const { controllers } = newCluster(newChart(), { controllers: { logging } });

    expect(serverParts(controllers!).data['log4j2.yaml']).toBe(log4j2Of(logging));
  });
});

test('Log4j 1 has the levels, too', () => {
  const loggers = { 'kafka.log': LogLevel.DEBUG };

  expect(brokersWith({ level: LogLevel.WARN, loggers }, KafkaVersion.V3_9).data['log4j.properties']).toBe(
    [
      'log4j.rootLogger=WARN, stdout',
      'log4j.appender.stdout=org.apache.log4j.ConsoleAppender',
      'log4j.appender.stdout.layout=org.apache.log4j.PatternLayout',
      'log4j.appender.stdout.layout.ConversionPattern=[%d{ISO8601}] %p %m (%c)%n',
      'log4j.logger.kafka.log=DEBUG',
      'log4j.logger.kafka.network.RequestChannel$=WARN',
      'log4j.logger.kafka.request.logger=WARN',
      '',
    ].join('\n'),
  );
});

test('another level changes the checksum of logging only', () => {
  const before = brokersWith().annotations;
  const after = brokersWith({ level: LogLevel.DEBUG }).annotations;

  expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual([
    'cdk8s-kafka.io/restart-logging',
  ]);
});

describe('ZooKeeper', () => {
  test('without logging, the configuration of the image is used', () => {
    const { data, env, annotations } = zookeeperWith();

    expect(Object.keys(data)).toEqual(['agent.json', 'zoo.cfg']);
    expect(env.SERVER_JVMFLAGS).not.toContain('logback');
    expect(annotations).not.toHaveProperty(['cdk8s-kafka.io/restart-logging']);
  });

  test('with logging, Logback has the levels', () => {
    const { data, env, annotations } = zookeeperWith({
      level: LogLevel.WARN,
      loggers: { 'org.apache.zookeeper.server': LogLevel.DEBUG },
    });

    expect(data['logback.xml']).toBe(
      [
        '<configuration>',
        '  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">',
        '    <encoder>',
        '      <pattern>%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n</pattern>',
        '    </encoder>',
        '  </appender>',
        '  <logger name="org.apache.zookeeper.server" level="DEBUG"/>',
        '  <root level="WARN">',
        '    <appender-ref ref="CONSOLE"/>',
        '  </root>',
        '</configuration>',
        '',
      ].join('\n'),
    );
    expect(env.SERVER_JVMFLAGS).toContain('-Dlogback.configurationFile=/etc/zookeeper/logback.xml');
    expect(annotations['cdk8s-kafka.io/restart-logging']).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('invalid input', () => {
  test('fails when Kafka 3.9 is to log JSON', () => {
    expect(messageOf(() => brokersWith({ format: LogFormat.JSON }, KafkaVersion.V3_9))).toBe(
      "logging of brokers 'streams' has the format JSON with Kafka 3.9.2; it needs Kafka 4.0 or newer, so use LogFormat.TEXT",
    );
  });

  test('fails when ZooKeeper is to log JSON', () => {
    expect(messageOf(() => zookeeperWith({ format: LogFormat.JSON }))).toBe(
      "logging of ZooKeeper ensemble 'zookeeper' has the format JSON, which is for Kafka only; use LogFormat.TEXT",
    );
  });

  test.each<[logging: object, message: string]>([
    [
      { level: 'VERBOSE' },
      'logging.level of % is "VERBOSE"; it must be one of "OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"',
    ],
    [{ format: 'xml' }, 'logging.format of % is "xml"; it must be one of "text", "json"'],
    [
      { loggers: { 'kafka.log': 'debug' } },
      'logging.loggers[\'kafka.log\'] of % is "debug"; it must be one of "OFF", "ERROR", "WARN", "INFO", "DEBUG", ' +
        '"TRACE"',
    ],
  ])('fails for %j', (logging, message) => {
    expect(messageOf(() => brokersWith(logging))).toBe(message.replace('%', 'a BrokerStatefulSet'));
    expect(messageOf(() => zookeeperWith(logging))).toBe(message.replace('%', 'a ZookeeperEnsemble'));
  });

  test.each(['a"/><x', '-', 'a: b', '', '1.5', 'kafka.', '.kafka', 'kafka..server'])(
    "fails when the name of a logger is '%s'",
    (name) => {
      const logging = { loggers: { [name]: LogLevel.WARN } };
      const message = (owner: string) =>
        `logger '${name}' in logging of ${owner} is not a Java name; use letters, digits, '_', '$' and '.', for example ` +
        "'kafka.server.KafkaApis'";

      expect(messageOf(() => brokersWith(logging))).toBe(message("brokers 'streams'"));
      expect(messageOf(() => zookeeperWith(logging))).toBe(message("ZooKeeper ensemble 'zookeeper'"));
    },
  );

  test.each(['kafka.network.RequestChannel$', 'state.change.logger', '_A1'])(
    'accepts the logger %s',
    (name) => {
      expect(messageOf(() => brokersWith({ loggers: { [name]: LogLevel.WARN } }))).toBe('nothing was thrown');
    },
  );
});
