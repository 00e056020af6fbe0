import { readFileSync } from 'node:fs';
import {
  AUTHORITY_PROBLEMS,
  Problems,
  SERVER_PROBLEMS,
  addProblemMetric,
} from '../../../agent/runtime/problems';
import { Registry } from '../../../agent/runtime/prometheus';

let problems: Problems;

beforeEach(() => {
  problems = new Problems();
});

/** Values of the metric by kind. */
async function values(kinds = SERVER_PROBLEMS): Promise<Record<string, string>> {
  const registry = new Registry();
  addProblemMetric(registry, kinds, problems);
  const samples = (await registry.metrics()).matchAll(/^cdk8s_kafka_agent_problem\{kind="(.+)"\} (.+)$/gm);
  return Object.fromEntries([...samples].map(([, kind, value]) => [kind, value]));
}

test('each kind has a value, also without a problem', async () => {
  for (const kinds of [SERVER_PROBLEMS, AUTHORITY_PROBLEMS]) {
    expect(await values(kinds)).toEqual(Object.fromEntries(kinds.map((kind) => [kind, '0'])));
  }
  expect(SERVER_PROBLEMS).toContain('second-view-missing');
});

test('a problem counts until it is cleared', async () => {
  problems.report('ledger-not-written', 'denied');
  expect(await values()).toMatchObject({ 'ledger-not-written': '1', 'second-view-missing': '0' });
  expect(problems.current).toEqual({ 'ledger-not-written': 'denied' });
  problems.clear('ledger-not-written');
  expect(await values()).toMatchObject({ 'ledger-not-written': '0' });
  expect(problems.current).toEqual({});
});

test('a source does not clear the problem of another one', () => {
  problems.report('stop-lease-unknown', 'no answer', 'preStop');
  problems.report('stop-lease-unknown', 'denied', 'renewal');
  problems.clear('stop-lease-unknown', 'preStop');
  expect(problems.current).toEqual({ 'stop-lease-unknown': 'denied' });
});

test('an update without a reason clears the problem', () => {
  problems.update('second-view-missing', 'no answer');
  expect(problems.current).toEqual({ 'second-view-missing': 'no answer' });
  problems.update('second-view-missing', undefined);
  expect(problems.current).toEqual({});
});

test('the documentation explains each kind', () => {
  const [, section] = readFileSync('docs/operating.md', 'utf8').split('### Problems of an agent');
  for (const kind of [...SERVER_PROBLEMS, ...AUTHORITY_PROBLEMS]) {
    expect(section.split('\n## ')[0]).toContain(`\`${kind}\``);
  }
});
