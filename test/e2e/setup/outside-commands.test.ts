import { missingCommands } from './outside-commands';

const NEEDS = new Map([
  ['E2E_NODE_OFF' as const, ['cold start', 'power loss']],
  ['E2E_DISK_FILL' as const, ['full disk']],
]);

test('a missing command is reported with the steps that need it', () => {
  expect(missingCommands(NEEDS, (name) => name !== 'E2E_NODE_OFF')).toEqual([
    "E2E_NODE_OFF is not set, and 'cold start', 'power loss' need it: set it to a command that powers off the node NAME, or " +
      'select other steps',
  ]);
});

test('commands are required only by steps that use them', () => {
  expect(missingCommands(new Map(), () => false)).toEqual([]);
  expect(missingCommands(NEEDS, () => true)).toEqual([]);
});
