import { parseGitops } from './gitops-program';

const OUTPUT = `10:00:00 objects 39, left out by kind 0, out of sync before [Secret/a StatefulSet/events-main], results map[Pruned:1 Synced:39]
Pruned StatefulSet/events-extra pruned
SyncFailed Service/x timeout
failed: no connection
10:00:20 objects 39, left out by kind 0, out of sync before [], results map[SyncFailed:1 Synced:38]
`;

test('reads synchronizations, deleted objects and failures', () => {
  expect(parseGitops(OUTPUT)).toEqual({
    syncs: [
      { outOfSync: ['Secret/a', 'StatefulSet/events-main'], hasFailed: false },
      { outOfSync: [], hasFailed: true },
    ],
    pruned: ['StatefulSet/events-extra'],
    failures: ['SyncFailed Service/x timeout', 'failed: no connection'],
  });
});
