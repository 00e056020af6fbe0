import { PATHS } from '../../lib/seam/agent-config';
import { readMounted } from '../runtime/config';

/** Reads the annotations of this pod. The kubelet updates the file some time after they change. */
export async function podAnnotations(): Promise<string> {
  return readMounted(`${PATHS.podInfo}/annotations`);
}

/** Returns the value of one annotation, from the annotations as the downward API writes them. */
export function annotationIn(annotations: string, name: string): string | undefined {
  const prefix = `${name}=`;
  const line = annotations.split('\n').find((text) => text.startsWith(prefix));
  return line === undefined ? undefined : unquote(line.slice(prefix.length));
}

/**
 * Reads a string in Go's quotes. They are JSON's, except for characters above U+FFFF that Go cannot print, and for control
 * characters, which are not valid in a request.
 */
function unquote(text: string): string {
  try {
    return String(JSON.parse(text.replace(GO_ESCAPE, asJson)));
  } catch {
    return '';
  }
}

const GO_ESCAPE = /\\(?:\\|U([0-9a-fA-F]{8}))/g;

function asJson(escape: string, code?: string): string {
  return code === undefined ? escape : JSON.stringify(String.fromCodePoint(parseInt(code, 16))).slice(1, -1);
}
