/* The command accept-data-loss with a fake kubectl. */
import { CommandRun, runCommand } from './fake-command';

const POD = { metadata: { name: 'events-streams-1002', labels: {} }, spec: { nodeName: 'n-b' } };

let lines: CommandRun['lines'];
let changes: CommandRun['changes'];

async function run(line: string, reason?: string): Promise<number> {
  const result = await runCommand({ pods: [POD], statefulsets: [] }, line, reason);
  ({ lines, changes } = result);
  return result.code;
}

test('annotates a pod', async () => {
  await run('accept-data-loss -n kafka --pod events-streams-1002 --for 30m', 'the archive has the data');
  expect(changes).toEqual([
    expect.arrayContaining([
      'annotate',
      'pod',
      'events-streams-1002',
      'cdk8s-kafka.io/accept-data-loss=until=2026-01-01T00:30:00.000Z; by=jane; reason=the archive has the data',
    ]),
  ]);
  expect(lines).toEqual([
    'events-streams-1002: the loss of data is accepted until 2026-01-01T00:30:00.000Z, by jane',
    'Pods receive the request within about 90 seconds. Events of the pods show if they accept it.',
  ]);
});

test('--end removes the annotation', async () => {
  await run('accept-data-loss -n kafka --pod events-streams-1002 --end');
  expect(changes[0]).toContain('cdk8s-kafka.io/accept-data-loss-');
  expect(lines[0]).toBe('events-streams-1002: acceptance removed');
});

test.each(['--cluster events --map streams', '--pod p --zone zone-b', '--statefulset s'])(
  'each loss has to be accepted by itself: %s is rejected',
  async (selection) => {
    expect(await run(`accept-data-loss -n kafka ${selection} --for 1h`, 'x')).toBe(64);
    expect(lines).toEqual([
      'cdk8s-kafka: accept-data-loss applies to single pods; use --pod, without another selection',
    ]);
  },
);

test('a pod that does not exist is rejected', async () => {
  expect(await run('accept-data-loss -n kafka --pod events-streams-9 --for 1h', 'x')).toBe(78);
  expect(changes).toEqual([]);
});
