import { AgentProgram, KafkaVersion } from '../../../lib';
import { format } from '../../../lib/input/format';
import { messageOf } from '../../support/testing';

const EXPECTED = "expected for example 'registry.example.com/kafka:4.4.0'";
const rest = `which is not an image name; ${EXPECTED}`;

test.each<[message: string, define: () => unknown]>([
  [
    'image of AgentProgram.image() is "", which is not an image name; expected for example \'registry.example.com/agent:0.1.0\'',
    () => AgentProgram.image(''),
  ],
  ...['node 24', null].map((image): [string, () => unknown] => [
    `image of AgentProgram.bundled() is ${format(image)}, which is not an image name; expected for example ` +
      "'docker.io/library/node:24.21.0-alpine'",
    () => AgentProgram.bundled(image as string),
  ]),
  [`image of Kafka 4.4.0 is "kafka 4.4", ${rest}`, () => KafkaVersion.of('4.4.0', 'kafka 4.4')],
  [
    `image of Kafka 4.4.0 is "Kafka:4.4", which is not an image name (only tags can have capital letters); ${EXPECTED}`,
    () => KafkaVersion.of('4.4.0', 'Kafka:4.4'),
  ],
  [
    `image of Kafka 4.4.0 is "example.com/Kafka", which is not an image name (only tags can have capital letters); ${EXPECTED}`,
    () => KafkaVersion.of('4.4.0', 'example.com/Kafka'),
  ],
  ...[
    'a//b',
    '/kafka',
    'kafka:',
    'kafka:4:4',
    'kafka@sha256:abc',
    '-a/kafka',
    'a:b/kafka',
    'kafka_',
    'a'.repeat(500),
  ].map((image): [string, () => unknown] => [
    `image of Kafka 4.4.0 is ${format(image)}, ${rest}`,
    () => KafkaVersion.of('4.4.0', image),
  ]),
])('fails when the %s', (message, define) => {
  expect(messageOf(define)).toBe(message);
});

test.each([
  'kafka',
  'docker.io/apache/kafka:4.4.0',
  'registry.example.com:5000/kafka/kafka:4.4.0-RC1',
  `kafka@sha256:${'a1'.repeat(32)}`,
  `localhost/kafka__x/a-b.c:4@sha256:${'a1'.repeat(32)}`,
])('an image can have the name %s', (image) => {
  expect(KafkaVersion.of('4.4.0', image).image).toBe(image);
});
