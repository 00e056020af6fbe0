/* Options of Kafka's JVM. */
import { newBrokers, newCluster } from '../../support/cases';
import { newChart, serverParts } from '../../support/testing';

const brokersWith = (props: { readonly jvmOptions: string[] }) =>
  serverParts(newBrokers(newCluster(newChart()), props));

test('jvmOptions follow the default options and override them', () => {
  const { env } = brokersWith({ jvmOptions: ['-XX:MaxGCPauseMillis=50', '-Dx=y'] });

  expect(env.KAFKA_JVM_PERFORMANCE_OPTS).toMatch(/-XX:MaxGCPauseMillis=20 .* -XX:MaxGCPauseMillis=50 -Dx=y$/);
});

test.each(['-XX:+UseZGC', '-XX:+UseParallelGC', '-XX:+UseShenandoahGC'])(
  'the garbage collector %s replaces G1 and its options',
  (collector) => {
    const { env } = brokersWith({ jvmOptions: [collector] });

    expect(env.KAFKA_JVM_PERFORMANCE_OPTS).not.toMatch(/G1|MaxGCPauseMillis|InitiatingHeap|ExplicitGC/);
    expect(env.KAFKA_JVM_PERFORMANCE_OPTS).toMatch(
      new RegExp(`ExitOnOutOfMemoryError .*${collector.replace('+', '\\+')}$`),
    );
  },
);

test('G1 as an option keeps its default options', () => {
  const { env } = brokersWith({ jvmOptions: ['-XX:+UseG1GC'] });

  expect(env.KAFKA_JVM_PERFORMANCE_OPTS).toMatch(/-XX:\+UseG1GC -XX:MaxGCPauseMillis=20 .*-XX:\+UseG1GC$/);
});
