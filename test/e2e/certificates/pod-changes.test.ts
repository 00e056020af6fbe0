import { changesSince } from './pod-changes';

const before = new Map([
  ['certs-main-11', { uid: 'a', restarts: 'kafka 0, agent 0' }],
  ['certs-main-12', { uid: 'b', restarts: 'kafka 0, agent 0' }],
]);

test('no changes', () => {
  expect(changesSince(before, new Map(before))).toEqual([]);
});

test.each([
  [
    'a restarted container',
    { uid: 'b', restarts: 'kafka 0, agent 1' },
    'restarts of certs-main-12 were kafka 0, agent 0 and are kafka 0, agent 1',
  ],
  ['another pod', { uid: 'c', restarts: 'kafka 0, agent 0' }, 'certs-main-12 was replaced'],
])('%s is a change', (_, now, change) => {
  expect(changesSince(before, new Map([...before, ['certs-main-12', now]]))).toEqual([change]);
});

test('a deleted pod is a change', () => {
  expect(changesSince(before, new Map([...before].slice(1)))).toEqual(['certs-main-11 no longer exists']);
});
