/* The command over a kubectl that answers from objects and remembers what it was told. */
import { CommandEdges, main } from '../../cli/main';
import { CommandError } from '../../cli/command-error';

const NOW = Date.UTC(2026, 0, 1);

const pod = (name: string, map: string | undefined, nodeName: string) => ({
  metadata: { name, labels: map === undefined ? {} : { 'cdk8s-kafka.io/map': map } },
  spec: { nodeName },
});
const node = (name: string, zone: string, ready = 'True') => ({
  metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const PODS = [
  pod('events-streams-1002', 'streams', 'n-b'),
  pod('events-streams-1001', 'streams', 'n-a'),
  pod('events-archive-2001', 'archive', 'n-b'),
  pod('events-controllers-1', undefined, 'n-b'),
];
const NODES = [node('n-a', 'zone-a'), node('n-b', 'zone-b')];

let nodes: object[];
let lines: string[];
let told: string[][];

beforeEach(() => {
  nodes = NODES;
  lines = [];
  told = [];
});

const edges = (kubectl: CommandEdges['kubectl']): CommandEdges => ({
  kubectl,
  print: (text) => lines.push(text),
  printError: (text) => lines.push(text),
  now: () => NOW,
  user: () => 'jane',
});

async function run(line: string, reason?: string): Promise<number> {
  const args = [...line.split(' '), ...(reason === undefined ? [] : ['--reason', reason])];
  return main(
    args,
    edges(async (command) => {
      told.push([...command]);
      const items = command.includes('nodes') ? nodes : command.includes('pods') ? PODS : [];
      return JSON.stringify({ items });
    }),
  );
}

const changes = () => told.filter(([verb]) => verb === 'annotate');
const DEMAND = 'cdk8s-kafka.io/force-ready=until=2026-01-01T00:30:00.000Z; by=jane; reason=its disk is slow';

describe('force-ready', () => {
  test('annotates a pod', async () => {
    expect(await run('force-ready -n kafka --pod events-streams-1002 --for 30m', 'its disk is slow')).toBe(0);
    expect(changes()).toEqual([
      ['annotate', 'pod', 'events-streams-1002', '--namespace=kafka', '--overwrite', DEMAND],
    ]);
    expect(lines).toEqual([
      'events-streams-1002: ready until 2026-01-01T00:30:00.000Z, by jane',
      'Pods see it within about a minute and a half; Events of the pods say whether they obey.',
    ]);
  });

  test('annotates all brokers of a map', async () => {
    await run('force-ready -n kafka --cluster events --map streams --for 30m', 'its disk is slow');
    expect(told[0]).toEqual([
      'get',
      'pods',
      '--namespace=kafka',
      '--selector=cdk8s-kafka.io/cluster=events,app.kubernetes.io/component in (broker,controller,zookeeper)',
      '--output=json',
    ]);
    expect(changes()).toEqual([
      [
        'annotate',
        'pod',
        'events-streams-1001',
        'events-streams-1002',
        '--namespace=kafka',
        '--overwrite',
        DEMAND,
      ],
    ]);
  });

  test('annotates all pods of a cluster in a zone', async () => {
    await run('force-ready -n kafka --cluster events --zone zone-b --for 30m', 'its disk is slow');
    expect(changes()[0].slice(2, 5)).toEqual([
      'events-archive-2001',
      'events-controllers-1',
      'events-streams-1002',
    ]);
  });

  test('is taken back', async () => {
    await run('force-ready -n kafka --pod events-streams-1002 --end');
    expect(changes()).toEqual([
      [
        'annotate',
        'pod',
        'events-streams-1002',
        '--namespace=kafka',
        '--overwrite',
        'cdk8s-kafka.io/force-ready-',
      ],
    ]);
    expect(lines[0]).toBe('events-streams-1002: not forced any more');
  });

  test('can be tried, in another context', async () => {
    await run('force-ready -n kafka --pod events-streams-1002 --for 30m --dry-run --context blue', 'why');
    expect(told.map(([first]) => first)).toEqual(['--context=blue', '--context=blue']);
    expect(told[1].at(-1)).toBe('--dry-run=server');
    expect(lines).toEqual([
      'events-streams-1002: ready until 2026-01-01T00:30:00.000Z, by jane (nothing was changed)',
    ]);
  });
});

test('force-stop annotates the Lease of a StatefulSet', async () => {
  await run('force-stop -n kafka --statefulset events-streams --for 1h --by joe', 'it must go');
  expect(told).toEqual([
    [
      'annotate',
      'lease',
      'events-streams-stop',
      '--namespace=kafka',
      '--overwrite',
      'cdk8s-kafka.io/force-stop=until=2026-01-01T01:00:00.000Z; by=joe; reason=it must go',
    ],
  ]);
  expect(lines).toEqual(['events-streams-stop: free to stop until 2026-01-01T01:00:00.000Z, by joe']);
});

test('demands more than servers take by default only where they take more', async () => {
  expect(await run('force-stop -n kafka --statefulset s --for 5h --limit 6h', 'why')).toBe(0);
  expect(changes()).toHaveLength(1);
});

test('says which pods cannot hear of it', async () => {
  nodes = [node('n-a', 'zone-a'), node('n-b', 'zone-b', 'Unknown')];
  await run('force-ready -n kafka --cluster events --zone zone-b --for 30m', 'why');
  expect(lines.filter((line) => line.startsWith('cdk8s-kafka'))).toEqual(
    ['events-streams-1002', 'events-archive-2001', 'events-controllers-1'].map(
      (name) =>
        `cdk8s-kafka: ${name} is on node n-b, which is not ready, so the pod stays as it is until the node is back`,
    ),
  );
});

test('without a word it says how it is used, and fails', async () => {
  expect(
    await main(
      [],
      edges(async () => ''),
    ),
  ).toBe(64);
  expect(lines[0]).toContain('Usage:');
});

test('a login name that agents could not read is refused before anything is done', async () => {
  const code = await main('force-stop -n kafka --statefulset s --for 1h --reason x'.split(' '), {
    ...edges(async (command) => String(told.push([...command]))),
    user: () => 'a;b',
  });
  expect([code, lines, told]).toEqual([64, ["cdk8s-kafka: --by is 'a;b'; write a name, without ';'"], []]);
});

test('--help shows what there is', async () => {
  expect(await run('--help')).toBe(0);
  expect(lines[0]).toContain('Usage:');
});

const FORCE = 'force-ready -n kafka';
test.each<[line: string, reason: string | undefined, code: number, message: string]>([
  ['force -n kafka', undefined, 64, "there is no command 'force'; write force-ready or force-stop"],
  [`${FORCE} --pod p --for 1h now`, 'x', 64, "'now' belongs to no option; quote a reason of several words"],
  ['force-ready --pod p --for 1h', 'x', 64, '--namespace is missing; --help shows what there is'],
  [`${FORCE} --pod p --for 1h`, undefined, 64, '--reason is missing; --help shows what there is'],
  [`${FORCE} --pod p --for 1h`, '  ', 64, '--reason is missing; --help shows what there is'],
  [`${FORCE} --pod p`, 'x', 64, '--for is missing; --help shows what there is'],
  [`${FORCE} --pod p --for 1h --for 2h`, 'x', 64, '--for is given twice; write it once'],
  [`${FORCE} --namespace other --pod p --for 1h`, 'x', 64, '--namespace is given twice; write it once'],
  [
    `${FORCE} --pod p --for 1h --context=`,
    'x',
    64,
    "--context is ''; write the name of one, or leave it out",
  ],
  [
    `${FORCE} --pod p --for 1d`,
    'x',
    64,
    "--for is '1d'; write how long in hours, minutes and seconds, for example 30m, 1h or 1h30m",
  ],
  [
    `${FORCE} --pod p --for 99999999999h`,
    'x',
    64,
    "--for is '99999999999h'; write 168h, which are 7 days, or less",
  ],
  [
    `${FORCE} --pod p --for 5h`,
    'x',
    64,
    "--for is '5h', and the servers ignore more than 4h; write 4h or less, or the maxForceDuration of the servers as --limit",
  ],
  [
    `${FORCE} --pod p --for 5h --limit long`,
    'x',
    64,
    "--limit is 'long'; write how long in hours, minutes and seconds, for example 30m, 1h or 1h30m",
  ],
  [`${FORCE} --pod p --for 1h --version`, 'x', 64, "Unknown option '--version'; --help shows what there is"],
  [`${FORCE} --pod p --for 1h`, 'x'.repeat(501), 64, '--reason has 501 characters; write 500 or less'],
  [
    `${FORCE} --pod p --for 1h`,
    'x',
    69,
    "namespace 'kafka' has no broker, controller or ZooKeeper server 'p'; there are: events-archive-2001, events-controllers-1, events-streams-1001, events-streams-1002",
  ],
  [`${FORCE} --pod p --end`, 'x', 64, '--end takes back what was asked for; leave out --reason, or --end'],
  [
    `${FORCE} --pod p --for 1h`,
    'a\u001b[0m',
    64,
    '--reason has control characters, perhaps colours; write plain text in one line',
  ],
  [
    `${FORCE} --pod p --for 0m`,
    'x',
    64,
    "--for is '0m'; write how long in hours, minutes and seconds, for example 30m, 1h or 1h30m",
  ],
  [`${FORCE} --pod=--all --for 1h`, 'x', 64, "--pod is '--all', which nothing can be called; write a name"],
  [
    `${FORCE} --cluster a,b --map m --for 1h`,
    'x',
    64,
    "--cluster is 'a,b', which nothing can be called; write a name",
  ],
  [`${FORCE} --pod p --for 1h --by a;b`, 'x', 64, "--by is 'a;b'; write a name, without ';'"],
  ...['--for 1h', '--pod p --map m --for 1h', '--map m --for 1h', '--cluster c --for 1h'].map(
    (rest): [string, string, number, string] => [
      `${FORCE} ${rest}`,
      'x',
      64,
      'which pods is not clear; write --pod, or --cluster with --map, or --cluster with --zone',
    ],
  ),
  [
    'force-stop -n kafka --pod p --for 1h',
    'x',
    64,
    'force-stop is for all servers of a StatefulSet; write --statefulset, and no pods',
  ],
  [
    `${FORCE} --cluster events --map stream --for 1h`,
    'x',
    69,
    "cluster 'events' has no pods of map 'stream'; there are maps: archive, streams",
  ],
  [
    `${FORCE} --cluster events --zone zone-c --for 1h`,
    'x',
    69,
    "no pod of the cluster is in zone 'zone-c'; there are pods in zones: zone-a, zone-b",
  ],
])('refuses %s', async (line, reason, code, message) => {
  expect(await run(line, reason)).toBe(code);
  expect(lines).toEqual([`cdk8s-kafka: ${message}`]);
  expect(changes()).toEqual([]);
});

test('says what kubectl says', async () => {
  const code = await main(
    ['force-stop', '-n', 'kafka', '--statefulset', 's', '--end'],
    edges(async () => {
      throw new CommandError('kubectl annotate failed: pods "p" not found');
    }),
  );
  expect([code, lines]).toEqual([69, ['cdk8s-kafka: kubectl annotate failed: pods "p" not found']]);
});

test.each([
  '<html>',
  '{}',
  'null',
  '{"items":[{}]}',
  '{"items":[null]}',
  '{"items":[{"metadata":{"name":"--all"}}]}',
])('says when kubectl answers %s, which is no list', async (answer) => {
  const code = await main(
    'force-ready -n kafka --cluster c --map m --for 1h --reason x'.split(' '),
    edges(async () => answer),
  );
  expect([code, lines]).toEqual([
    69,
    ['cdk8s-kafka: kubectl get pods did not answer with a list; look at what it prints by hand'],
  ]);
});

test('a cluster that is not there is named', async () => {
  const code = await main(
    'force-ready -n kafka --cluster none --map m --for 1h --reason x'.split(' '),
    edges(async () => '{"items": []}'),
  );
  expect([code, lines]).toEqual([
    69,
    ["cdk8s-kafka: namespace 'kafka' has no pods of a cluster 'none'; correct one of them"],
  ]);
});
