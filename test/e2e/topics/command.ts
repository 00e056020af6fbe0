import { command } from '../kubernetes/command';
import { World } from '../world';

interface CommandError extends Error {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `cdk8s-kafka topics` for the cluster. */
export async function topicsCommand(
  { expectations: { namespace, clusterName } }: World,
  name: 'plan' | 'apply',
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  const target = [`--namespace=${namespace}`, `--cluster=${clusterName}`];
  return command(['topics', name, ...target, ...options]).then(
    (output) => ({ code: 0, output }),
    ({ code, stdout, stderr }: CommandError) => ({ code, output: `${stdout}${stderr}` }),
  );
}
