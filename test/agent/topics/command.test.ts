import { topicsCommand } from '../../../agent/topics/command';

test.each<[readonly string[], object]>([
  [[], { kind: 'synchronize' }],
  [['--expected-plan=0123456789abcdef'], { kind: 'synchronize', expectedPlan: '0123456789abcdef' }],
  [['snapshot'], { kind: 'snapshot' }],
])('arguments %j', (args, command) => {
  expect(topicsCommand(args)).toEqual(command);
});

test.each([
  [['']],
  [['plan']],
  [['snapshot', 'snapshot']],
  [['snapshot', '--expected-plan=0123456789abcdef']],
  [['--expected-plan=0123456789abcdef', 'x']],
  [['--expected-plan=']],
  [['--expected-plan=0123456789ABCDEF']],
  [['--expected-plan=0123456789abcdef0']],
  [['--expected-plan', '0123456789abcdef']],
])('arguments %j are rejected', (args) => {
  expect(() => topicsCommand(args)).toThrow(
    expect.objectContaining({
      message: `arguments are '${args.join(' ')}'; none, 'snapshot' or '--expected-plan=<16 hexadecimal digits>' are expected`,
      exitCode: 64,
    }),
  );
});
