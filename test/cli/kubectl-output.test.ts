/* Failures and unexpected output of kubectl. */
import { CommandError } from '../../cli/command-error';
import { CommandEdges } from '../../cli/edges';
import { main } from '../../cli/main';
import { commandEdges } from './command-edges';

let lines: string[];

beforeEach(() => {
  lines = [];
});

const edges = (kubectl: CommandEdges['kubectl']) => commandEdges(kubectl, lines);

test('prints an error of kubectl', async () => {
  const code = await main(
    ['force-stop', '-n', 'kafka', '--statefulset', 's', '--end'],
    edges(async () => {
      throw new CommandError('kubectl annotate failed: pods "p" not found', 'unavailable');
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
])('reports a kubectl output %s that is not a list', async (output) => {
  const code = await main(
    'force-ready -n kafka --cluster c --map m --for 1h --reason x'.split(' '),
    edges(async () => output),
  );
  expect([code, lines]).toEqual([
    69,
    ['cdk8s-kafka: kubectl get pods did not return a list of objects; run it to see its output'],
  ]);
});

test('reports a cluster without pods', async () => {
  const code = await main(
    'force-ready -n kafka --cluster none --map m --for 1h --reason x'.split(' '),
    edges(async () => '{"items": []}'),
  );
  expect([code, lines]).toEqual([
    78,
    ["cdk8s-kafka: namespace 'kafka' has no pods of cluster 'none'; check both names"],
  ]);
});
