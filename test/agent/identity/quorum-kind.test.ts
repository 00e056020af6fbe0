import { assertSameQuorum } from '../../../agent/identity/quorum-kind';

test.each([
  ['has not been formed yet', 'dynamic', undefined],
  ['was formed with dynamic voters and still has them', 'dynamic', 'dynamic'],
  ['was formed with static voters and still has them', 'static', 'static'],
] as const)('accepts a quorum that %s', (_, configured, formedAs) => {
  expect(() => assertSameQuorum(configured, formedAs)).not.toThrow();
});

test.each([
  ['static', 'dynamic', 'DYNAMIC'],
  ['dynamic', 'static', 'STATIC'],
] as const)(
  'rejects the configuration for %s voters of a quorum that was formed with %s voters',
  (configured, formedAs, constant) => {
    expect(() => assertSameQuorum(configured, formedAs)).toThrow(
      expect.objectContaining({
        message:
          `the quorum was formed with ${formedAs} voters, but is configured for ${configured} voters: ` +
          'it would not find its members',
        hint: `set quorumKind: QuorumKind.${constant} in the controllers of the KafkaCluster`,
        exitCode: 78,
      }),
    );
  },
);
