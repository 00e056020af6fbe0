import { assertSameQuorum } from '../../../agent/identity/quorum-kind';

test.each([
  ['is new', 'dynamic', undefined],
  ['was formed with dynamic voters and stays so', 'dynamic', 'dynamic'],
  ['was formed with static voters and stays so', 'static', 'static'],
] as const)('accepts a quorum that %s', (_, configured, formedAs) => {
  expect(() => assertSameQuorum(configured, formedAs)).not.toThrow();
});

test.each([
  ['static', 'dynamic', 'DYNAMIC'],
  ['dynamic', 'static', 'STATIC'],
] as const)('refuses to start a quorum as %s that was formed as %s', (configured, formedAs, constant) => {
  expect(() => assertSameQuorum(configured, formedAs)).toThrow(
    expect.objectContaining({
      message:
        `the quorum was formed with ${formedAs} voters, and is configured for ${configured} ones: ` +
        'it would not find its members',
      mend: `write quorumKind: QuorumKind.${constant} for the ControllerQuorum`,
      exitCode: 78,
    }),
  );
});
