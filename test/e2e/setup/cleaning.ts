import { deleteAll } from '../kubernetes/deleting';
import { apply, getIfThere, kubectl } from '../kubernetes/kubectl';
import { KubernetesObject } from '../kubernetes/objects';
import { eventually } from '../waiting';
import { Manifest } from './manifest';
import { undoNodeChanges } from './node-changes';
import { isOurs } from './preflight';
import { reclaimVolumes } from './volumes';
import { E2E_LABEL } from '../kubernetes/test-pod';

/** Deletes all objects of a group, also those of a killed run. */
export async function clean(namespace: string, manifest: Manifest): Promise<void> {
  const found = await getIfThere<KubernetesObject>(['namespace', namespace]);
  if (found !== undefined) {
    await emptyNamespace(namespace, found);
  }
  for (const { kind, metadata } of manifest.objects.filter(
    (object) => object.metadata.namespace === undefined,
  )) {
    await kubectl(['delete', kind, metadata.name, '--ignore-not-found']);
  }
  await deleteAll('persistentvolumes', { selector: `${E2E_LABEL}=${namespace}` });
  await undoNodeChanges(namespace);
}

async function emptyNamespace(namespace: string, found: KubernetesObject): Promise<void> {
  if (!isOurs(found)) {
    throw new Error(`namespace ${namespace} was not created by the tests, so it is not deleted`);
  }
  if (found.metadata.deletionTimestamp === undefined) {
    const within = `--namespace=${namespace}`;
    // Delete controllers before their pods.
    await kubectl(['delete', 'cronjobs,jobs,deployments', '--all', within]);
    // Brokers would wait for a quorum that stops at the same time, so pods are deleted without a grace period.
    await kubectl(['delete', 'statefulsets', '--all', '--cascade=orphan', within]);
    await deleteAll('pods', { namespace }, ['--grace-period=1']);
    await reclaimVolumes(namespace);
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  }
  await eventually(`namespace ${namespace} gone`, 300, async () =>
    (await getIfThere(['namespace', namespace])) === undefined
      ? { done: undefined }
      : { state: 'it is still being deleted' },
  );
}

/** Creates the namespace of a group, with the restricted pod security standard. */
export async function makeNamespace(namespace: string): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', [E2E_LABEL]: 'true' };
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
}
