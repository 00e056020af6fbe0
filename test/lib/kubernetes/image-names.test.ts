import { AgentProgram, KafkaVersion } from '../../../lib';
import { messageOf } from '../../support/testing';

const rest = "which is not an image name; expected for example 'registry.example.com/kafka:4.4.0'";

test.each<[message: string, define: () => unknown]>([
  [`image of an AgentProgram is "", ${rest}`, () => AgentProgram.image('')],
  [`image of an AgentProgram is "node 24", ${rest}`, () => AgentProgram.bundled('node 24')],
  [`image of Kafka 4.4.0 is "kafka 4.4", ${rest}`, () => KafkaVersion.of('4.4.0', 'kafka 4.4')],
])('fails when the %s', (message, define) => {
  expect(messageOf(define)).toBe(message);
});

test.each(['kafka', 'registry.example.com:5000/kafka/kafka:4.4.0', 'kafka@sha256:abc'])(
  'an image can have the name %s',
  (image) => {
    expect(KafkaVersion.of('4.4.0', image).image).toBe(image);
  },
);
