/* The command with a fake kubectl that returns objects and records its arguments. */
import { CommandEdges } from '../../cli/edges';
import { main } from '../../cli/main';
import { commandEdges } from './command-edges';

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
const STATEFUL_SETS = [{ metadata: { name: 's' } }];
const NODES = [node('n-a', 'zone-a'), node('n-b', 'zone-b')];

let nodes: object[];
let lines: string[];
let commands: string[][];

beforeEach(() => {
  nodes = NODES;
  lines = [];
  commands = [];
});

const edges = (kubectl: CommandEdges['kubectl']): CommandEdges => commandEdges(kubectl, lines);

async function run(line: string, reason?: string): Promise<number> {
  const args = [...line.split(' '), ...(reason === undefined ? [] : ['--reason', reason])];
  return main(
    args,
    edges(async (command) => {
      commands.push([...command]);
      const items = command.includes('nodes') ? nodes : command.includes('pods') ? PODS : STATEFUL_SETS;
      return JSON.stringify({ items });
    }),
  );
}

const changes = () => commands.filter(([verb]) => verb === 'annotate');
const FORCE_READY_ANNOTATION =
  'cdk8s-kafka.io/force-ready=until=2026-01-01T00:30:00.000Z; by=jane; reason=its disk is slow';

// Flux would remove what `kubectl-annotate` has written.
const MANAGER = '--field-manager=flux-client-side-apply';

describe('force-ready', () => {
  test('annotates a pod', async () => {
    expect(await run('force-ready -n kafka --pod events-streams-1002 --for 30m', 'its disk is slow')).toBe(0);
    expect(changes()).toEqual([
      [
        'annotate',
        'pod',
        'events-streams-1002',
        '--namespace=kafka',
        '--overwrite',
        MANAGER,
        FORCE_READY_ANNOTATION,
      ],
    ]);
    expect(lines).toEqual([
      'events-streams-1002: forced ready until 2026-01-01T00:30:00.000Z, by jane',
      'Pods receive the request within about 90 seconds. Events of the pods show if they accept it.',
    ]);
  });

  test('annotates all brokers of a map', async () => {
    await run('force-ready -n kafka --cluster events --map streams --for 30m', 'its disk is slow');
    expect(commands[0]).toEqual([
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
        MANAGER,
        FORCE_READY_ANNOTATION,
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

  test('finds the zones of another label', async () => {
    nodes = [
      { metadata: { name: 'n-a', labels: { rack: 'r1' } } },
      { metadata: { name: 'n-b', labels: { rack: 'r2' } } },
    ];
    await run('force-ready -n kafka --cluster events --zone r2 --zone-label rack --for 30m', 'why');
    expect(changes()[0].slice(2, 5)).toEqual([
      'events-archive-2001',
      'events-controllers-1',
      'events-streams-1002',
    ]);
  });

  test('--end removes the annotation', async () => {
    await run('force-ready -n kafka --pod events-streams-1002 --end');
    expect(changes()).toEqual([
      [
        'annotate',
        'pod',
        'events-streams-1002',
        '--namespace=kafka',
        '--overwrite',
        MANAGER,
        'cdk8s-kafka.io/force-ready-',
      ],
    ]);
    expect(lines[0]).toBe('events-streams-1002: override removed');
  });

  test('supports a dry run and another context', async () => {
    await run('force-ready -n kafka --pod events-streams-1002 --for 30m --dry-run --context blue', 'why');
    expect(commands.map(([first]) => first)).toEqual(['--context=blue', '--context=blue']);
    expect(commands[1].at(-1)).toBe('--dry-run=server');
    expect(lines).toEqual([
      'events-streams-1002: forced ready until 2026-01-01T00:30:00.000Z, by jane (dry run)',
    ]);
  });
});

test('reports pods on nodes that are not ready', async () => {
  nodes = [node('n-a', 'zone-a'), node('n-b', 'zone-b', 'Unknown')];
  await run('force-ready -n kafka --cluster events --zone zone-b --for 30m', 'why');
  expect(lines.filter((line) => line.startsWith('cdk8s-kafka'))).toEqual(
    ['events-streams-1002', 'events-archive-2001', 'events-controllers-1'].map(
      (name) =>
        `cdk8s-kafka: ${name} is on node n-b, which is not ready; the request has no effect until the node is ready`,
    ),
  );
});

test('prints its usage and fails without arguments', async () => {
  const unused = edges(async () => '');
  expect(await main([], unused)).toBe(64);
  expect(lines[0]).toContain('Usage:');
});

test('rejects a login name that agents could not parse, before any change', async () => {
  const code = await main('force-stop -n kafka --statefulset s --for 1h --reason x'.split(' '), {
    ...edges(async (command) => String(commands.push([...command]))),
    user: () => 'a;b',
  });
  expect([code, lines, commands]).toEqual([
    64,
    ["cdk8s-kafka: --by is 'a;b'; use your name, without ';'"],
    [],
  ]);
});

test('--help prints the usage', async () => {
  expect(await run('--help')).toBe(0);
  expect(lines[0]).toContain('Usage:');
});

const FORCE = 'force-ready -n kafka';
test.each<[line: string, reason: string | undefined, code: number, message: string]>([
  [
    'force -n kafka',
    undefined,
    64,
    "unknown command 'force'; use force-ready, force-stop, accept-data-loss, brokers, topics",
  ],
  [
    `${FORCE} --pod p --for 1h now`,
    'x',
    64,
    "unexpected argument 'now'; quote a reason that has several words",
  ],
  ['force-ready --pod p --for 1h', 'x', 64, '--namespace is missing; see --help'],
  [`${FORCE} --pod p --for 1h`, undefined, 64, '--reason is missing; see --help'],
  [`${FORCE} --pod p --for 1h`, '  ', 64, '--reason is missing; see --help'],
  [`${FORCE} --pod p`, 'x', 64, '--for is missing; see --help'],
  [`${FORCE} --pod p --for 1h --for 2h`, 'x', 64, '--for is set twice; set it once'],
  [`${FORCE} --namespace other --pod p --for 1h`, 'x', 64, '--namespace is set twice; set it once'],
  [
    `${FORCE} --pod p --for 1h --context=`,
    'x',
    64,
    "--context is ''; set it to the name of a context, or omit it",
  ],
  [
    `${FORCE} --pod p --for 1d`,
    'x',
    64,
    "--for is '1d'; use hours, minutes and seconds, for example 30m, 1h or 1h30m",
  ],
  [`${FORCE} --pod p --for 99999999999h`, 'x', 64, "--for is '99999999999h'; the maximum is 168h (7 days)"],
  [
    `${FORCE} --pod p --for 5h`,
    'x',
    64,
    "--for is '5h', and the servers ignore requests longer than 4h; use 4h or less, or set --limit to the maxForceDuration of the servers",
  ],
  [
    `${FORCE} --pod p --for 5h --limit long`,
    'x',
    64,
    "--limit is 'long'; use hours, minutes and seconds, for example 30m, 1h or 1h30m",
  ],
  [`${FORCE} --pod p --for 1h --version`, 'x', 64, "Unknown option '--version'; see --help"],
  [`${FORCE} --pod p --for 1h`, 'x'.repeat(501), 64, '--reason has 501 characters; the maximum is 500'],
  [
    `${FORCE} --pod p --for 1h`,
    'x',
    78,
    "namespace 'kafka' has no broker, controller or ZooKeeper server 'p'; existing pods: events-archive-2001, events-controllers-1, events-streams-1001, events-streams-1002",
  ],
  [`${FORCE} --pod p --end`, 'x', 64, '--end removes the override and cannot be combined with --reason'],
  [
    `${FORCE} --pod p --for 1h`,
    'a\u001b[0m',
    64,
    '--reason contains control characters, such as colors; use plain text on one line',
  ],
  [
    `${FORCE} --pod p --for 0m`,
    'x',
    64,
    "--for is '0m'; use hours, minutes and seconds, for example 30m, 1h or 1h30m",
  ],
  [
    `${FORCE} --pod=--all --for 1h`,
    'x',
    64,
    "--pod is '--all', which is not a valid name (letters, digits, '.', '_', '-')",
  ],
  [
    `${FORCE} --cluster a,b --map m --for 1h`,
    'x',
    64,
    "--cluster is 'a,b', which is not a valid name (letters, digits, '.', '_', '-')",
  ],
  [`${FORCE} --pod p --for 1h --by a;b`, 'x', 64, "--by is 'a;b'; use your name, without ';'"],
  ...['--for 1h', '--pod p --map m --for 1h', '--map m --for 1h', '--cluster c --for 1h'].map(
    (rest): [string, string, number, string] => [
      `${FORCE} ${rest}`,
      'x',
      64,
      'the selection of pods is ambiguous or missing; use --pod, or --cluster with --map, or --cluster with --zone',
    ],
  ),
  [
    `${FORCE} --cluster c --zone z --zone-label a,b --for 1h`,
    'x',
    64,
    "--zone-label is 'a,b', which is not a valid label key",
  ],
  [
    `${FORCE} --pod p --zone-label rack --for 1h`,
    'x',
    64,
    '--zone-label is set without --zone; add --zone, or omit it',
  ],
  [
    'force-stop -n kafka --pod p --for 1h',
    'x',
    64,
    'force-stop applies to all servers of a StatefulSet; use --statefulset, without a selection of pods',
  ],
  [
    `${FORCE} --cluster events --map stream --for 1h`,
    'x',
    78,
    "cluster 'events' has no pods of map 'stream'; existing maps: archive, streams",
  ],
  [
    `${FORCE} --cluster events --zone zone-c --for 1h`,
    'x',
    78,
    "no pod of the cluster is in zone 'zone-c'; zones of the label 'topology.kubernetes.io/zone' with pods: zone-a, zone-b",
  ],
])('rejects %s', async (line, reason, code, message) => {
  expect(await run(line, reason)).toBe(code);
  expect(lines).toEqual([`cdk8s-kafka: ${message}`]);
  expect(changes()).toEqual([]);
});
