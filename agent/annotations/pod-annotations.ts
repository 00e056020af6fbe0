import { ACCEPT_DATA_LOSS_ANNOTATION, PATHS } from '../../lib/seam/agent-config';
import { readMounted } from '../runtime/config';
import { hasNameAndReason } from './name-and-reason';

/** Reads the annotations of this pod. The kubelet renews the file some time after they change. */
export async function podAnnotations(): Promise<string> {
  return readMounted(`${PATHS.podInfo}/annotations`);
}

/**
 * Who accepts the loss of data and why, from the annotations as the downward API writes them.
 *
 * @returns undefined when nobody does, or does not say who and why
 */
export function acceptedLossIn(annotations: string): string | undefined {
  const value = annotationIn(annotations, ACCEPT_DATA_LOSS_ANNOTATION);
  return value !== undefined && hasNameAndReason(value) ? value.trim() : undefined;
}

/** One annotation of those that the downward API writes. */
export function annotationIn(annotations: string, name: string): string | undefined {
  const prefix = `${name}=`;
  const line = annotations.split('\n').find((text) => text.startsWith(prefix));
  return line === undefined ? undefined : unquote(line.slice(prefix.length));
}

/** Go's quoting is JSON's but for what it cannot print above U+FFFF, and for control characters, which have no place in a signature. */
function unquote(text: string): string {
  try {
    return String(JSON.parse(text.replace(GO_ESCAPE, asJson)));
  } catch {
    return '';
  }
}

const GO_ESCAPE = /\\(?:\\|U([0-9a-fA-F]{8}))/g;

function asJson(found: string, code?: string): string {
  return code === undefined ? found : JSON.stringify(String.fromCodePoint(parseInt(code, 16))).slice(1, -1);
}

/** Whether somebody tried to consent and did not say who and why. */
export function isAcceptanceIgnored(annotations: string): boolean {
  return (
    annotationIn(annotations, ACCEPT_DATA_LOSS_ANNOTATION) !== undefined &&
    acceptedLossIn(annotations) === undefined
  );
}
