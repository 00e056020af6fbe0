import { IConstruct } from 'constructs';

const clusters = new WeakMap<IConstruct, Map<string, string>>();

/** @throws when another construct of the app is the cluster of that name in that namespace */
export function assertClusterIsNew(scope: IConstruct, namespace: string, clusterName: string): void {
  const root = scope.node.root;
  const names = clusters.get(root) ?? new Map<string, string>();
  clusters.set(root, names);
  const key = `${namespace}/${clusterName}`;
  const other = names.get(key);
  if (other !== undefined) {
    throw new Error(
      `clusterName '${clusterName}' is used by '${other}' and by '${scope.node.path}' in namespace '${namespace}'; ` +
        'choose another name, or another namespace',
    );
  }
  names.set(key, scope.node.path);
}
