import { CommandError } from '../../../cli/command-error';
import { parseTopicsRequest } from '../../../cli/topics/topics-request';

const TARGET = { namespace: 'kafka', cluster: 'events', context: undefined };
const parse = (line: string) => parseTopicsRequest(line.split(' ').filter(Boolean));

test.each([
  ['plan -n kafka --cluster events', { command: 'plan', ...TARGET, isJson: false }],
  [
    'plan -n kafka --cluster events --manifests dist --snapshot s.json --save p.json --reassignments r.json --output json --context blue',
    {
      command: 'plan',
      ...TARGET,
      context: 'blue',
      manifests: 'dist',
      snapshot: 's.json',
      save: 'p.json',
      reassignments: 'r.json',
      isJson: true,
    },
  ],
  ['plan -n kafka --cluster events --output text', { command: 'plan', ...TARGET, isJson: false }],
  ['apply --namespace kafka --cluster events', { command: 'apply', ...TARGET }],
  ['apply -n kafka --cluster events --plan p.json', { command: 'apply', ...TARGET, plan: 'p.json' }],
  ['snapshot -n kafka --cluster events --save s.json', { command: 'snapshot', ...TARGET, save: 's.json' }],
  ['help', { command: 'help' }],
  ['plan --help', { command: 'help' }],
  ['-h', { command: 'help' }],
])('%s', (line, expected) => {
  expect(parse(line)).toEqual(expected);
});

test.each([
  ['', 'the command after topics is missing; use plan, apply or snapshot, and see cdk8s-kafka topics --help'],
  ['plan -n a --cluster b --manifests=', '--manifests is empty; set it to a folder, or omit it'],
  ['plan -n a --cluster b --snapshot=', '--snapshot is empty; set it to a file, or omit it'],
  ['plan -n a --cluster b --save=', '--save is empty; set it to a file, or omit it'],
  ['plan -n a --cluster b --reassignments=', '--reassignments is empty; set it to a file, or omit it'],
  ['apply -n a --cluster b --plan=', '--plan is empty; set it to a file, or omit it'],
  ['plans', "unknown command 'topics plans'; use topics plan, topics apply or topics snapshot"],
  ['toString', "unknown command 'topics toString'; use topics plan, topics apply or topics snapshot"],
  ['plan events', "unexpected argument 'events'; see cdk8s-kafka topics --help"],
  ['plan --cluster events', '--namespace is missing; see cdk8s-kafka topics --help'],
  ['plan -n kafka', '--cluster is missing; see cdk8s-kafka topics --help'],
  ['plan -n kafka --cluster=', '--cluster is missing; see cdk8s-kafka topics --help'],
  [
    'plan -n kafka --cluster=-A',
    "--cluster is '-A', which is not a valid name (lower-case letters, digits, '-')",
  ],
  [
    'plan -n kafka,b --cluster events',
    "--namespace is 'kafka,b', which is not a valid name (lower-case letters, digits, '-')",
  ],
  ['plan -n a -n b --cluster events', '--namespace is set twice; set it once'],
  ['plan -n a --cluster b --output yaml', "--output is 'yaml'; use 'text' or 'json'"],
  ['plan -n a --cluster b --plan p', "--plan is no option of 'topics plan'; see cdk8s-kafka topics --help"],
  ['apply -n a --cluster b --save p', "--save is no option of 'topics apply'; see cdk8s-kafka topics --help"],
  ['snapshot -n a --cluster b', '--save is missing; set it to the file for the snapshot'],
  ['plan -n a --cluster b --context=', "--context is ''; set it to the name of a context, or omit it"],
  ['plan --yes', "Unknown option '--yes'; see cdk8s-kafka topics --help"],
])('%j is not valid', (line, message) => {
  expect(() => parse(line)).toThrow(new CommandError(message, 'usage'));
});
