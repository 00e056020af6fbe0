import { readJson } from '../kubernetes/whole-output';
import { Expectations } from '../world';
import { execIn } from '../kubernetes/pods';

const SCRIPT =
  "fetch('http://127.0.0.1:8080/metrics').then((answer) => answer.text())" +
  '.then((text) => process.stdout.write(JSON.stringify(text)))';

/** Metrics of the agent in a pod, in the Prometheus format. */
export async function metricsOf({ namespace }: Expectations, pod: string): Promise<string> {
  return readJson<string>(`metrics of ${pod}`, () =>
    execIn({ namespace, pod, container: 'agent' }, 'node', '-e', SCRIPT),
  );
}
