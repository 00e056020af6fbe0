import { TopicSyncConfig } from '../../lib/seam/agent-config';
import { ApiServerUnavailable } from '../kubernetes/transport';
import { EXIT, OperatorError } from '../runtime/errors';

/** Error of a Job that no broker answers. */
export function clusterUnreachable({ clusterName }: TopicSyncConfig, reason: string): OperatorError {
  const selector = `cdk8s-kafka.io/cluster=${clusterName},app.kubernetes.io/component=broker`;
  return new OperatorError(
    `cluster '${clusterName}' is unreachable; ${reason}`,
    `check the brokers with: kubectl get pods --all-namespaces -l ${selector}; the next run tries again`,
    EXIT.unavailable,
  );
}

/** Throws the error of a Job that the API server does not answer, or another error as it is. */
export function throwApiUnreachable(error: unknown): never {
  if (error instanceof ApiServerUnavailable) {
    throw new OperatorError(
      `the topic lists cannot be read: ${error.message}`,
      'check the API server; the next run tries again',
      EXIT.unavailable,
    );
  }
  throw error;
}
