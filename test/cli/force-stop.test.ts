/* The command force-stop with a fake kubectl. */
import { CommandRun, runCommand } from './fake-command';

const STATEFUL_SETS = [{ metadata: { name: 'events-streams' } }, { metadata: { name: 's' } }];
const PODS = [{ metadata: { name: 'events-streams-1001', labels: {} }, spec: { nodeName: 'n-a' } }];
// Flux would remove what `kubectl-annotate` has written.
const MANAGER = '--field-manager=flux-client-side-apply';

let lines: CommandRun['lines'];
let changes: CommandRun['changes'];

async function run(line: string, reason?: string): Promise<number> {
  const result = await runCommand({ pods: PODS, statefulsets: STATEFUL_SETS }, line, reason);
  ({ lines, changes } = result);
  return result.code;
}

test('force-stop rejects the StatefulSet of another program', async () => {
  expect(await run('force-stop -n kafka --statefulset postgres --for 1h', 'why')).toBe(78);
  expect([changes, lines]).toEqual([
    [],
    [
      "cdk8s-kafka: namespace 'kafka' has no StatefulSet of servers 'postgres'; existing statefulsets: events-streams, s",
    ],
  ]);
});

test('a request that pods would receive after its end is rejected', async () => {
  expect(await run('force-ready -n kafka --pod events-streams-1001 --for 299s', 'why')).toBe(64);
  expect(lines).toEqual([
    "cdk8s-kafka: --for is '299s', and pods receive the request after up to 90 seconds; use 5m or more",
  ]);
  expect(await run('force-ready -n kafka --pod events-streams-1001 --for 5m', 'why')).toBe(0);
  expect(await run('force-stop -n kafka --statefulset s --for 30s', 'why')).toBe(0);
});

test('force-stop annotates the StatefulSet, which agents cannot change', async () => {
  await run('force-stop -n kafka --statefulset events-streams --for 1h --by joe', 'it must go');
  expect(changes).toEqual([
    [
      'annotate',
      'statefulset',
      'events-streams',
      '--namespace=kafka',
      '--overwrite',
      MANAGER,
      'cdk8s-kafka.io/force-stop=until=2026-01-01T01:00:00.000Z; by=joe; reason=it must go',
    ],
  ]);
  expect(lines).toEqual(['events-streams: stops are not delayed until 2026-01-01T01:00:00.000Z, by joe']);
});

test('accepts a longer duration with a higher limit', async () => {
  expect(await run('force-stop -n kafka --statefulset s --for 5h --limit 6h', 'why')).toBe(0);
  expect(changes).toHaveLength(1);
});
