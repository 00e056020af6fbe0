/* Files and clusters with which a command cannot run. */
import { gzipSync } from 'node:zlib';
import { snapshotJson } from '../../../agent/topics/snapshot/snapshot';
import { EMPTY, Scene, TARGET, runTopics } from './topics-scene';

const saved = (change: object) =>
  JSON.stringify({
    version: 1,
    cluster: 'events',
    namespace: 'kafka',
    digest: '0123456789abcdef',
    ...change,
  });
const stored = (change: object) =>
  JSON.stringify({ ...(JSON.parse(snapshotJson(EMPTY)) as object), ...change });
const logOf = (json: string) => `snapshot ${gzipSync(json).toString('base64')}\nsnapshot end`;

test.each<[string, string, Scene, number, string]>([
  [
    'no CronJob',
    `apply ${TARGET}`,
    { cronJob: null },
    78,
    "namespace 'kafka' has no CronJob 'events-topics'; check --namespace and --cluster, and that the app has a TopicSyncCronJob",
  ],
  [
    'no ConfigMap',
    `plan ${TARGET}`,
    { outputs: { 'get configmap': '' } },
    78,
    "the Kubernetes cluster has no ConfigMap 'events-topics' of namespace 'kafka'; check both names, and that the app has a " +
      'TopicSyncCronJob',
  ],
  [
    'a Job that fails',
    `plan ${TARGET}`,
    { exitCode: 69, log: '{"level":"error","message":"unreachable"}' },
    69,
    'the state of the topics cannot be read (exit code 69); see the log above',
  ],
  [
    'a Job without its ConfigMaps',
    `plan ${TARGET}`,
    { exitCode: 78, log: '' },
    78,
    'the state of the topics cannot be read (exit code 78); see the log above',
  ],
  [
    'a log that is cut off',
    `plan ${TARGET}`,
    { log: 'snapshot H4sIAAAA' },
    69,
    'the log of the Job contains no complete snapshot; see the log above, and repeat the command',
  ],
  [
    'an older topic synchronization',
    `plan ${TARGET}`,
    { log: logOf(stored({ version: 1 })) },
    65,
    'the topic synchronization in the cluster is from an older version of cdk8s-kafka; apply the synthesized YAML of this ' +
      'version, or use the version of cdk8s-kafka that has synthesized the YAML',
  ],
  [
    'a newer topic synchronization',
    `snapshot ${TARGET} --save s`,
    { log: logOf(stored({ version: 3 })) },
    65,
    'the topic synchronization in the cluster is from a newer version of cdk8s-kafka; ',
  ],
  [
    'a snapshot in the log that is not valid',
    `plan ${TARGET}`,
    { log: logOf(stored({ lists: null })) },
    65,
    'the snapshot in the log of the Job is not valid: lists is null, expected a list; apply the synthesized YAML of this ' +
      'version of cdk8s-kafka',
  ],
  [
    'a CronJob that is not JSON',
    `apply ${TARGET}`,
    { outputs: { 'get cronjob': 'Unable to connect' } },
    69,
    'the output of kubectl get cronjob is not JSON: ',
  ],
  [
    'a CronJob without containers',
    `apply ${TARGET}`,
    { cronJob: { spec: {} } },
    69,
    'the output of kubectl get cronjob is not valid: spec.jobTemplate is missing, expected an object; run it to see its output',
  ],
  [
    'pods that are not a list',
    `apply ${TARGET}`,
    { outputs: { 'get pods': '{}' } },
    69,
    'the output of kubectl get pods is not valid: items is missing, expected a list; run it to see its output',
  ],
  [
    'a ConfigMap that is not JSON',
    `plan ${TARGET}`,
    { outputs: { 'get configmap': '<html>' } },
    69,
    'the output of kubectl get configmap is not JSON: ',
  ],
  ['a plan that is not JSON', `apply ${TARGET} --plan p`, { files: { p: '{' } }, 65, 'p is not JSON: '],
  [
    'a plan without a cluster',
    `apply ${TARGET} --plan p`,
    { files: { p: saved({ cluster: undefined }) } },
    65,
    "p is not valid: cluster is missing, expected a text; write it with 'cdk8s-kafka topics plan --save'",
  ],
  [
    'a plan that is null',
    `apply ${TARGET} --plan p`,
    { files: { p: 'null' } },
    65,
    'p is not valid: its content is null',
  ],
  [
    'a plan with another digest',
    `apply ${TARGET} --plan p`,
    { files: { p: saved({ digest: 'x' }) } },
    65,
    "p is not valid: digest is 'x', expected 16 hexadecimal digits; write it with 'cdk8s-kafka topics plan --save'",
  ],
  [
    'a plan of another version',
    `apply ${TARGET} --plan p`,
    { files: { p: saved({ version: 2 }) } },
    65,
    "p is a plan of another version of cdk8s-kafka (2, this version reads 1); write it with 'cdk8s-kafka topics plan --save'",
  ],
  [
    'a plan of another cluster',
    `apply ${TARGET} --plan p`,
    { files: { p: saved({ cluster: 'other' }) } },
    65,
    "p is a plan of cluster 'other' in namespace 'kafka', not of 'events' in 'kafka'",
  ],
  [
    'a snapshot of another cluster',
    `plan ${TARGET} --snapshot s`,
    { files: { s: stored({ clusterName: 'other' }) } },
    65,
    "s is a snapshot of cluster 'other' in namespace 'kafka', not of 'events' in 'kafka'",
  ],
  [
    'a snapshot of another namespace',
    `plan ${TARGET} --snapshot s`,
    { files: { s: stored({ namespace: 'test' }) } },
    65,
    "s is a snapshot of cluster 'events' in namespace 'test', not of 'events' in 'kafka'",
  ],
  [
    'a snapshot of a newer version',
    `plan ${TARGET} --snapshot s`,
    { files: { s: '{"version":9}' } },
    65,
    's is from a newer version of cdk8s-kafka: version of the snapshot is 9, this version of cdk8s-kafka reads 2; write it ' +
      "with 'cdk8s-kafka topics snapshot' of this version",
  ],
  [
    'a snapshot with a partition that is null',
    `plan ${TARGET} --snapshot s`,
    { files: { s: stored({ topics: { a: [null] } }) } },
    65,
    "s is not valid: topics['a'][0] is null, expected a list of broker ids; write it with 'cdk8s-kafka topics snapshot'",
  ],
  [
    'a snapshot that is not JSON',
    `plan ${TARGET} --snapshot s`,
    { files: { s: 'snapshot' } },
    65,
    's is not JSON: ',
  ],
])('%s', async (_, line, scene, exitCode, message) => {
  const { code, errors, commands } = await runTopics(line, scene);
  expect(errors.at(-1)).toMatch(/^cdk8s-kafka: /);
  expect(errors.at(-1)).toContain(message);
  expect(code).toBe(exitCode);
  // A Job that was created is deleted.
  const count = (verb: string) => commands.filter((command) => command.startsWith(verb)).length;
  expect(count('create')).toBe(count('delete'));
});
