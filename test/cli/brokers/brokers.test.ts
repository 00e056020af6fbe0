/* The command with a fake kubectl that has a cluster with two maps. */
import { CommandError } from '../../../cli/command-error';
import { main } from '../../../cli/main';
import { commandEdges } from '../command-edges';

const labels = (map: string) => ({ 'cdk8s-kafka.io/cluster': 'events', 'cdk8s-kafka.io/map': map });
const statefulSet = (map: string, start: number, replicas: number) => ({
  metadata: { name: `events-${map}`, labels: labels(map) },
  spec: { replicas, ordinals: { start } },
});
const READY = [
  { type: 'PodScheduled', status: 'True' },
  { type: 'Initialized', status: 'True' },
  { type: 'Ready', status: 'True' },
];
const pod = (
  name: string,
  nodeName?: string,
  conditions: readonly object[] = READY,
  metadata: object = {},
) => ({
  metadata: { name, labels: {}, ...metadata },
  spec: { nodeName, containers: [] },
  status: { phase: 'Running', conditions },
});
const condition = (type: string, status: string, message?: string) => [{ type, status, message }];
const MOVED = {
  node: 'node-b',
  zone: 'b',
  volumes: ['local-2', 'local-3'],
  disks: ['d2', 'd3'],
  firstInSync: '2026-03-01T12:00:30.000Z',
  firstSeen: '2026-03-01T12:00:00.000Z',
  lastSeen: '2026-05-02T08:20:00.000Z',
  formerLocations: [
    { node: 'node-z', zone: 'b', volumes: ['local-9'], disks: ['d9'], until: '2026-05-01T10:00:00.000Z' },
    { node: 'node-y', disks: ['d8'], until: '2026-04-01T10:00:00.000Z' },
  ],
};
const LEDGERS = [
  {
    metadata: { name: 'events-streams-ledger' },
    data: {
      1002: JSON.stringify(MOVED),
      1009: JSON.stringify({ ...MOVED, node: 'node-r', formerLocations: undefined }),
      'cluster-settings': '{}',
    } as Record<string, string>,
  },
];
const SETS = [statefulSet('streams', 1001, 3), statefulSet('archive', 2001, 4)];
const PODS = [
  pod('events-streams-1001', 'node-a', condition('Ready', 'False')),
  pod('events-streams-1002', 'node-c'),
  pod('events-streams-1003', undefined, condition('PodScheduled', 'False', '0/3 nodes are available')),
  pod('events-archive-2001', 'node-e', condition('Initialized', 'False')),
  pod('events-archive-2002', 'node-f', READY, { deletionTimestamp: '2026-05-02T08:20:00Z' }),
  pod('events-archive-2003', undefined, condition('PodScheduled', 'False')),
];

const REPORT = {
  ready: false,
  reason: 'not in the ISR of pay-0 (leader 1002)',
  refill: { partitions: 1, bytesLeft: 3 * 2 ** 30, bytesPerSecond: 100 * 2 ** 20, secondsLeft: 31 },
};

let report: object | undefined;
let objects: { pods: object[]; statefulsets: object[]; configmaps: object[] };
let commands: string[][];

beforeEach(() => {
  objects = { pods: PODS, statefulsets: SETS, configmaps: LEDGERS };
  commands = [];
  report = REPORT;
});

async function run(line: string): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const kubectl = async (args: readonly string[]) => {
    commands.push([...args]);
    if (args.includes('exec')) {
      if (report === undefined) {
        throw new CommandError('kubectl exec failed (exit code 1)', 'unavailable');
      }
      return JSON.stringify(report);
    }
    const kind = (['pods', 'statefulsets', 'configmaps'] as const).find((one) => args.includes(one))!;
    const isSingle = kind === 'configmaps' && args.filter((arg) => arg.endsWith('-ledger')).length === 1;
    return JSON.stringify(isSingle ? objects[kind][0] : { items: objects[kind] });
  };
  const code = await main(['brokers', ...line.split(' ')], commandEdges(kubectl, lines));
  return { code, lines };
}

const OF_EVENTS = '-n kafka --cluster events';

test('all brokers of a cluster', async () => {
  expect(await run(OF_EVENTS)).toEqual({
    code: 0,
    lines: [
      'BROKER  MAP      NODE    ZONE  VOLUMES          FIRST SEEN        MOVES  STATE',
      '1001    streams  node-a  -     -                -                 0      not ready: not in the ISR of pay-0 (leader 1002); 3 GiB left, 100 MiB/s, 31 seconds',
      '1002    streams  node-c  b     local-2,local-3  2026-03-01 12:00  2      ready',
      '1003    streams  -       -     -                -                 0      not scheduled: 0/3 nodes are available',
      '1009    streams  node-r  b     local-2,local-3  2026-03-01 12:00  0      removed from the map',
      '2001    archive  node-e  -     -                -                 0      starting',
      '2002    archive  node-f  -     -                -                 0      terminating',
      '2003    archive  -       -     -                -                 0      not scheduled: no reason is given',
      '2004    archive  -       -     -                -                 0      no pod',
    ],
  });
});

test('reads the ledgers by name', async () => {
  await run(`${OF_EVENTS} --context blue`);
  const selector = '--selector=cdk8s-kafka.io/cluster=events,app.kubernetes.io/component=broker';
  const get = (...args: string[]) => [
    '--context=blue',
    'get',
    ...args,
    '--ignore-not-found',
    '--output=json',
  ];
  expect(commands).toEqual([
    get('statefulsets', '--namespace=kafka', selector),
    get('pods', '--namespace=kafka', selector),
    get('configmaps', 'events-streams-ledger', 'events-archive-ledger', '--namespace=kafka'),
    [
      '--context=blue',
      'exec',
      'events-streams-1001',
      '--namespace=kafka',
      '--container=agent',
      '--',
      'node',
      '-e',
      "fetch('http://127.0.0.1:8080/readyz?verbose').then((r) => r.text()).then(console.log)",
    ],
  ]);
});

test('without the right to run commands, brokers that are not ready have no reason', async () => {
  report = undefined;
  expect((await run(`${OF_EVENTS} --broker 1001`)).lines[0]).toBe('Broker 1001 of map streams: not ready');
});

test('a report that has no progress', async () => {
  report = { reason: 'ECONNREFUSED' };
  expect((await run(`${OF_EVENTS} --broker 1001`)).lines[0]).toBe(
    'Broker 1001 of map streams: not ready: ECONNREFUSED',
  );
});

test('one map', async () => {
  objects = { ...objects, statefulsets: SETS.slice(0, 1) };
  const { lines } = await run(`${OF_EVENTS} --map streams`);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['BROKER', '1001', '1002', '1003', '1009']);
});

test('one broker with its earlier locations', async () => {
  expect((await run(`${OF_EVENTS} --broker 1002`)).lines).toEqual([
    'Broker 1002 of map streams: ready',
    '  node node-c, zone b, volumes local-2, local-3',
    '  disks d2, d3',
    '  first seen 2026-03-01 12:00, first in sync 2026-03-01 12:00, last seen 2026-05-02 08:20',
    '2 earlier locations, the last one first',
    '  until 2026-05-01 10:00  node node-z, zone b, volumes local-9',
    '  until 2026-04-01 10:00  node node-y',
  ]);
});

test('one broker that the ledger does not know', async () => {
  expect((await run(`${OF_EVENTS} --broker 1003`)).lines).toEqual([
    'Broker 1003 of map streams: not scheduled: 0/3 nodes are available',
    '  node unknown',
    '  no disk is recorded',
    '  first seen -, first in sync -, last seen -',
    'The ledger has no earlier location.',
  ]);
});

test('JSON has all that the ledger knows', async () => {
  const { lines } = await run(`${OF_EVENTS} --broker 1002 --output json`);
  expect(JSON.parse(lines.join('\n'))).toEqual({
    cluster: 'events',
    namespace: 'kafka',
    brokers: [
      { id: 1002, map: 'streams', pod: 'events-streams-1002', state: 'ready', ...MOVED, node: 'node-c' },
    ],
  });
});

test.each([
  ['{', "entry 1001 of ConfigMap events-streams-ledger is not valid: Expected property name or '}' in JSON"],
  [
    '{"node":7}',
    'entry 1001 of ConfigMap events-streams-ledger is not valid: node is 7, expected a text; correct it',
  ],
])('an entry that is not valid does not hide the other brokers: %s', async (entry, problem) => {
  const [{ metadata, data }] = LEDGERS;
  objects = { ...objects, configmaps: [{ metadata, data: { ...data, 1001: entry } }] };
  const { code, lines } = await run(OF_EVENTS);
  expect(code).toBe(0);
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toContain(`cdk8s-kafka: ${problem}`);
});

test('a cluster without ledgers', async () => {
  objects = { ...objects, configmaps: [] };
  expect((await run(OF_EVENTS)).lines).toHaveLength(8);
});

test.each([
  [
    `${OF_EVENTS} --map logs`,
    78,
    "cluster 'events' has no brokers of map 'logs'; existing maps: archive, streams",
  ],
  [`${OF_EVENTS} --broker 7`, 78, "cluster 'events' has no broker 7; its brokers have ids from 1001 to 2004"],
  [
    `${OF_EVENTS} --broker 2001 --map streams`,
    78,
    "map 'streams' has no broker 2001; its brokers have ids from 1001 to 1009",
  ],
  [`${OF_EVENTS} --broker one`, 64, "--broker is 'one'; set it to the id of a broker, such as 1001"],
  [`${OF_EVENTS} --map -A`, 64, "Option '--map' argument is ambiguous; see cdk8s-kafka brokers --help"],
  [
    `${OF_EVENTS} --map a,b`,
    64,
    "--map is 'a,b', which is not a valid name (lower-case letters, digits, '-')",
  ],
  [`${OF_EVENTS} --output yaml`, 64, "--output is 'yaml'; use 'text' or 'json'"],
  [`${OF_EVENTS} 1001`, 64, "unexpected argument '1001'; see cdk8s-kafka brokers --help"],
  [`${OF_EVENTS} -n kafka`, 64, '--namespace is set twice; set it once'],
  ['-n kafka', 64, '--cluster is missing; see cdk8s-kafka brokers --help'],
])('brokers %s', async (line, code, message) => {
  expect(await run(line)).toEqual({ code, lines: [`cdk8s-kafka: ${message}`] });
});

test('a namespace without brokers', async () => {
  objects = { ...objects, statefulsets: [] };
  expect(await run(OF_EVENTS)).toEqual({
    code: 78,
    lines: ["cdk8s-kafka: namespace 'kafka' has no brokers of cluster 'events'; check both names"],
  });
});

test('the help', async () => {
  expect((await run('--help')).lines[0]).toContain('cdk8s-kafka brokers -n NAMESPACE --cluster NAME');
});
