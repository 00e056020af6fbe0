/* The command over a kubectl that answers from objects and remembers what it was told. */
import fc from 'fast-check';
import { forceOf } from '../../agent/readiness/force-ready';
import { demandText, secondsIn, untilOf } from '../../cli/demand';
import { Edges, main } from '../../cli/main';
import { Refusal } from '../../cli/refusal';
import { messageOf } from '../support/testing';

const NOW = Date.UTC(2026, 0, 1);

const pod = (name: string, map: string | undefined, nodeName: string) => ({
  metadata: { name, labels: map === undefined ? {} : { 'cdk8s-kafka.io/map': map } },
  spec: { nodeName },
});
const node = (name: string, zone: string) => ({
  metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
});
const PODS = [
  pod('events-streams-1002', 'streams', 'n-b'),
  pod('events-streams-1001', 'streams', 'n-a'),
  pod('events-archive-2001', 'archive', 'n-b'),
  pod('events-controllers-1', undefined, 'n-b'),
];
const NODES = [node('n-a', 'zone-a'), node('n-b', 'zone-b')];

let lines: string[];
let told: string[][];

beforeEach(() => {
  lines = [];
  told = [];
});

const edges = (kubectl: Edges['kubectl']): Edges => ({
  kubectl,
  print: (text) => lines.push(text),
  complain: (text) => lines.push(text),
  now: () => NOW,
  user: () => 'jane',
});

async function run(line: string, reason?: string): Promise<number> {
  const args = [...line.split(' '), ...(reason === undefined ? [] : ['--reason', reason])];
  return main(
    args,
    edges(async (command) => {
      told.push([...command]);
      const items = command.includes('nodes') ? NODES : command.includes('pods') ? PODS : [];
      return JSON.stringify({ items });
    }),
  );
}

const changes = () => told.filter(([verb]) => verb === 'annotate');
const DEMAND = 'cdk8s-kafka.io/force-ready=until=2026-01-01T00:30:00.000Z; by=jane; reason=its disk is slow';

describe('force-ready', () => {
  test('annotates a pod', async () => {
    expect(await run('force-ready -n kafka --pod events-streams-1002 --for 30m', 'its disk is slow')).toBe(0);
    expect(told).toEqual([
      ['annotate', 'pod', 'events-streams-1002', '--namespace=kafka', '--overwrite', DEMAND],
    ]);
    expect(lines).toEqual([
      'events-streams-1002: ready until 2026-01-01T00:30:00.000Z',
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
    expect(told).toEqual([
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
    await run('force-ready -n kafka --pod p --for 30m --dry-run --context blue', 'why');
    expect(told[0][0]).toBe('--context=blue');
    expect(told[0].at(-1)).toBe('--dry-run=server');
    expect(lines).toEqual(['p: ready until 2026-01-01T00:30:00.000Z (nothing was changed)']);
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
  expect(lines).toEqual(['events-streams-stop: free to stop until 2026-01-01T01:00:00.000Z']);
});

test('says that more than the usual limit is mostly ignored', async () => {
  expect(await run('force-ready -n kafka --pod p --for 5h', 'why')).toBe(0);
  expect(lines.at(-1)).toBe(
    'cdk8s-kafka: agents ignore it, unless their forceReadyLimit is longer than its default of 4 hours',
  );
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
    "--for is '99999999999h'; write how long in hours, minutes and seconds, for example 30m, 1h or 1h30m",
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
    ['force-ready', '-n', 'kafka', '--pod', 'p', '--end'],
    edges(async () => {
      throw new Refusal('kubectl annotate failed: pods "p" not found');
    }),
  );
  expect([code, lines]).toEqual([69, ['cdk8s-kafka: kubectl annotate failed: pods "p" not found']]);
});

test.each(['<html>', '{}', 'null'])('says when kubectl answers %s, which is no list', async (answer) => {
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

test('agents understand every demand that it makes', () => {
  const text = fc.string({ minLength: 1 }).map((value) => value.trim());
  fc.assert(
    fc.property(
      text.filter((by) => by !== '' && !by.includes(';')),
      text.filter((reason) => reason !== ''),
      fc.integer({ min: 1, max: 14_400 }),
      fc.nat(10_000),
      (by, reason, seconds, later) => {
        const now = NOW + later;
        const until = untilOf(seconds, now);
        expect(forceOf(demandText(until, by, reason), now, 14_401)).toEqual({
          kind: 'open',
          demand: { until, by, reason },
        });
      },
    ),
  );
});

test.each([
  ['90s', 90],
  ['30m', 1800],
  ['1h30m', 5400],
])('%s are %d seconds', (text, seconds) => expect(secondsIn(text)).toBe(seconds));

test.each(['', '5', 'm', '1h 30m', '-1h', '1.5h'])("'%s' is no duration", (text) => {
  expect(messageOf(() => secondsIn(text))).toContain(`--for is '${text}'`);
});
