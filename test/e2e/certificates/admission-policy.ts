/* The ValidatingAdmissionPolicy of the authority, with requests in the name of its ServiceAccount. */
import { KubectlError, getIfThere, kubectl } from '../kubernetes/kubectl';
import { untilHealthy } from '../checks/sync';
import { assertNone, eventually } from '../waiting';
import { World } from '../world';

interface Attack {
  readonly name: string;
  readonly args: readonly string[];
}

function attacks(statefulSet: string, clusterName: string): Attack[] {
  const merge = (change: object) => [
    'patch',
    'statefulset',
    statefulSet,
    '--type=merge',
    `--patch=${JSON.stringify(change)}`,
  ];
  const json = (change: object) => [
    'patch',
    'statefulset',
    statefulSet,
    '--type=json',
    `--patch=${JSON.stringify([change])}`,
  ];
  const pod = (spec: object) => merge({ spec: { template: { spec } } });
  return [
    {
      name: 'stop all and delete claims',
      args: merge({
        spec: {
          replicas: 0,
          persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' },
        },
      }),
    },
    {
      name: 'mount a Secret',
      args: json({
        op: 'add',
        path: '/spec/template/spec/volumes/-',
        value: { name: 'stolen', secret: { secretName: `${clusterName}-ca` } },
      }),
    },
    { name: 'use another ServiceAccount', args: pod({ serviceAccountName: 'default' }) },
    {
      name: 'run another image',
      args: json({
        op: 'replace',
        path: '/spec/template/spec/containers/0/image',
        value: 'example.com/evil',
      }),
    },
    { name: 'add an owner', args: merge({ metadata: { finalizers: ['example.com/evil'] } }) },
    { name: 'create another Secret', args: ['create', 'secret', 'generic', 'foreign'] },
    {
      name: 'create a Secret of another type under a name of its own',
      args: ['create', 'secret', 'generic', `${clusterName}-tls`, '--type=example.com/token'],
    },
  ];
}

/** Requests with the rights of the authority are denied, except those that it sends. */
export async function policyLimitsAuthority(world: World): Promise<string> {
  const { clusterName, maps, namespace } = world.expectations;
  const [{ statefulSet }] = maps;
  const within = [`--namespace=${namespace}`];
  const asAuthority = [...within, `--as=system:serviceaccount:${namespace}:${clusterName}-authority`];
  const tries = attacks(statefulSet, clusterName);
  const results = [];
  for (const { name, args } of tries) {
    const answer = await kubectl([...args, ...asAuthority, '--dry-run=server']).then(
      () => 'allowed',
      (error: unknown) => (error instanceof KubectlError ? error.message : Promise.reject(error as Error)),
    );
    results.push({ name, answer });
  }
  assertNone(
    results
      .filter(({ answer }) => !/ValidatingAdmissionPolicy '\S+' .*denied request/.test(answer))
      .map(({ name, answer }) => `${name}: ${answer.slice(0, 200)}`),
  );
  const restart = { 'cdk8s-kafka.io/restart-certificates': '2030-01-01T00:00:00.000Z' };
  const template = { spec: { template: { metadata: { annotations: restart } } } };
  await kubectl([
    ...['patch', 'statefulset', statefulSet, '--type=merge', `--patch=${JSON.stringify(template)}`],
    ...[...asAuthority, '--dry-run=server'],
  ]);
  const secret = `${clusterName}-topics-tls`;
  await kubectl(['delete', 'secret', secret, ...within]);
  await eventually(`Secret ${secret}`, 60, async () =>
    (await getIfThere(['secret', secret, ...within])) === undefined
      ? { state: 'it does not exist' }
      : { done: undefined },
  );
  await untilHealthy(world);
  return `denied: ${tries.map(({ name }) => name).join(', ')}; allowed: the restart annotation, an issued Secret`;
}
