/** @throws when a mount path of a container is not absolute, or two are equal: Kubernetes rejects such a pod */
export function assertMountPaths(owner: string, mounts: readonly { readonly mountPath: string }[]): void {
  const paths = new Set<string>();
  for (const { mountPath } of mounts) {
    if (!/^\/[^:]*$/.test(mountPath)) {
      throw new Error(`mountPath of ${owner} is '${mountPath}'; use an absolute path without ':'`);
    }
    const path = mountPath.replace(/(.)\/+$/, '$1');
    if (paths.has(path)) {
      throw new Error(`mountPath '${mountPath}' is used twice in ${owner}; use another path`);
    }
    paths.add(path);
  }
}
