import { JobRun, runTopicJob } from '../checks/topic-job';
import { apply, getJson, kubectl } from '../kubernetes/kubectl';
import { ConfigMap, Job, Volume } from '../kubernetes/objects';
import { topicConfigMaps } from '../setup/manifest';
import { eventually } from '../waiting';
import { World } from '../world';

/** An invalid topic of a list is reported, and the others are created. */
export async function malformedTopicIsReported(world: World): Promise<string> {
  const { tools, expectations, manifest } = world;
  const good = 'events.e2e-good';
  const topics = [
    { name: 'events.e2e-bad', partitions: 0, replicationFactor: 3 },
    { name: good, partitions: 3, replicationFactor: 3 },
  ];
  const [list] = topicConfigMaps(manifest);
  await configMap(expectations.namespace, list, { 'topics.json': JSON.stringify(topics) });
  try {
    const run = await runTopicJob(world, 'e2e-malformed');
    const problem = textOf(run, `${expectations.namespace}/${list}: partitions must be`);
    if (run.exitCode !== 65 || !problem.includes('found 0')) {
      throw new Error(`expected exit code 65 and a message about partitions: ${run.exitCode}, ${problem}`);
    }
    await eventually('the valid topic', 60, async () => {
      const names = new Set((await tools.partitions()).map(({ topic }) => topic));
      return names.has(good) && !names.has('events.e2e-bad')
        ? { done: undefined }
        : { state: [...names].join(', ') };
    });
    return `${problem}; exit code ${run.exitCode}`;
  } finally {
    await tools.deleteTopic(good);
    await kubectl(['apply', `--filename=${manifest.file}`]);
  }
}

/** A run without a reachable broker reports the address. */
export async function unreachableBrokersAreReported(world: World): Promise<string> {
  const { namespace, clusterName } = world.expectations;
  const name = `${clusterName}-topics`;
  const { data } = await getJson<ConfigMap>(['configmap', name, `--namespace=${namespace}`]);
  const host = `nobody.${namespace}.svc.cluster.local`;
  const settings = JSON.parse(data?.['agent.json'] ?? '{}') as Readonly<Record<string, unknown>>;
  const changed = { ...settings, bootstrapHost: host, brokerWaitTimeoutSeconds: 5 };
  await configMap(namespace, 'e2e-unreachable', { 'agent.json': JSON.stringify(changed) });
  try {
    const run = await runTopicJob(world, 'e2e-unreachable', (spec) =>
      withVolumes(spec, (volume) =>
        volume.configMap?.name === name ? { ...volume, configMap: { name: 'e2e-unreachable' } } : volume,
      ),
    );
    const problem = textOf(run, `cluster '${clusterName}' is unreachable`);
    if (run.exitCode !== 69 || !problem.includes(host)) {
      throw new Error(`expected exit code 69 and a message about ${host}: ${run.exitCode}, ${problem}`);
    }
    return `${problem.slice(0, 160)}; exit code ${run.exitCode}`;
  } finally {
    await kubectl(['delete', 'configmap', 'e2e-unreachable', `--namespace=${namespace}`]);
  }
}

async function configMap(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });
}

function withVolumes(spec: Job['spec'], change: (volume: Volume) => Volume): Job['spec'] {
  const pod = spec.template.spec;
  const volumes = (pod.volumes ?? []).map(change);
  return { ...spec, template: { ...spec.template, spec: { ...pod, volumes } } };
}

function textOf({ lines }: JobRun, start: string): string {
  const line = lines.find(({ message }) => message.startsWith(start));
  return line === undefined
    ? `no line starts with '${start}': ${lines.map(({ message }) => message).join('; ')}`
    : line.message;
}
