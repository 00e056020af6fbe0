import { Container, Pod, containersOf } from '../kubernetes/objects';
import { execIn, podsOf } from '../kubernetes/pods';
import { assertNone } from '../waiting';
import { World, brokersOf } from '../world';

/** Containers that use the Kubernetes API. */
const MAY_HAVE_TOKEN = ['init', 'agent', 'authority', 'recovery', 'topics'];

/** No container has more privileges than it needs, according to its spec and to commands in a broker. */
export async function nothingIsPrivileged({ expectations }: World): Promise<string> {
  const pods = await podsOf(expectations.namespace);
  assertNone(pods.flatMap(privileges));
  const found = await Promise.all(
    brokersOf(expectations).map(async ({ pod }) => {
      const script =
        'id -u; ls /var/run/secrets 2>/dev/null; touch /escape 2>/dev/null && echo writable; true';
      const { namespace } = expectations;
      const output = (await execIn({ namespace, pod, container: 'kafka' }, 'sh', '-c', script)).trim();
      return output === '1000'
        ? []
        : [`unexpected access of the process of ${pod}: ${output.replaceAll('\n', ', ')}`];
    }),
  );
  assertNone(found.flat());
  return `${pods.flatMap(containersOf).length} containers of ${pods.length} pods`;
}

/** Unwanted privileges of a pod. */
export function privileges(pod: Pod): string[] {
  const { spec, metadata } = pod;
  const host = spec.hostNetwork || spec.hostPID || spec.hostIPC;
  const whole = [
    ...(host ? ['shares a namespace with its node'] : []),
    ...(spec.automountServiceAccountToken === false ? [] : ['mounts a token everywhere']),
    ...(spec.volumes ?? [])
      .filter(({ hostPath }) => hostPath)
      .map(({ name }) => `mounts ${name} from its node`),
  ];
  return [
    ...whole.map((problem) => `pod ${metadata.name} ${problem}`),
    ...containersOf(pod).flatMap((container) =>
      containerPrivileges(pod, container).map(
        (problem) => `container ${container.name} of ${metadata.name} ${problem}`,
      ),
    ),
  ];
}

function containerPrivileges({ spec }: Pod, container: Container): string[] {
  const own = container.securityContext ?? {};
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...spec.securityContext, ...own };
  const tokens = (spec.volumes ?? [])
    .filter(({ projected }) => projected?.sources.some((source) => 'serviceAccountToken' in source))
    .map(({ name }) => name);
  const hasToken = (container.volumeMounts ?? []).some(
    ({ name, mountPath }) => tokens.includes(name) || mountPath.startsWith('/var/run/secrets/'),
  );
  return [
    ...(own.privileged ? ['is privileged'] : []),
    ...(own.allowPrivilegeEscalation === false ? [] : ['may escalate its privileges']),
    ...(own.readOnlyRootFilesystem ? [] : ['may write to its root file system']),
    ...(own.capabilities?.drop?.includes('ALL') ? [] : ['keeps capabilities']),
    ...((own.capabilities?.add ?? []).length === 0 ? [] : ['adds capabilities']),
    ...(runAsNonRoot === true && runAsUser !== 0 ? [] : ['may run as root']),
    ...(seccompProfile?.type === 'RuntimeDefault' ? [] : ['has no seccomp profile']),
    ...(hasToken && !MAY_HAVE_TOKEN.includes(container.name) ? ['has a token of the Kubernetes API'] : []),
  ];
}
