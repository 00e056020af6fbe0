import { parseArguments } from './arguments';

const GROUPS = new Map([
  ['quickstart', ['a-deleted-broker-returns']],
  ['restarts', ['rollout-of-all-statefulsets', 'bad-image']],
]);
const parse = (...args: string[]) => parseArguments(args, GROUPS);

test.each([
  [[], { kind: 'run', selections: [{ group: 'quickstart' }], isShort: true }],
  [['restarts'], { kind: 'run', selections: [{ group: 'restarts' }], isShort: false }],
  [['--short', 'restarts'], { kind: 'run', selections: [{ group: 'restarts' }], isShort: true }],
  [
    ['restarts:bad-image,rollout-of-all-statefulsets', 'quickstart'],
    {
      kind: 'run',
      selections: [
        { group: 'quickstart' },
        { group: 'restarts', steps: ['bad-image', 'rollout-of-all-statefulsets'] },
      ],
      isShort: false,
    },
  ],
  [
    ['restarts:rollout-of-all-statefulsets', 'restarts'],
    { kind: 'run', selections: [{ group: 'restarts' }], isShort: false },
  ],
  [['--all'], { kind: 'run', selections: [{ group: 'quickstart' }, { group: 'restarts' }], isShort: false }],
  [['--list'], { kind: 'list' }],
  [['restarts', '-h'], { kind: 'help' }],
])('%j', (args, request) => {
  expect(parse(...args)).toEqual(request);
});

test.each([
  [['nobody'], "there is no group 'nobody'; groups are: quickstart, restarts"],
  [['--fast'], "there is no option '--fast'; groups are: quickstart, restarts"],
  [
    ['restarts:nothing'],
    "group restarts has no step 'nothing'; steps are: rollout-of-all-statefulsets, bad-image",
  ],
  [['restarts:'], "group restarts has no step ''; steps are: rollout-of-all-statefulsets, bad-image"],
  [['--all', 'restarts'], '--all runs every group; name groups, or use --all'],
])('%j is invalid', (args, message) => {
  expect(parse(...args)).toEqual({ kind: 'invalid', message });
});
