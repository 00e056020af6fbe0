import { readFile } from 'node:fs/promises';
import { ACCEPT_DATA_LOSS_ANNOTATION, PATHS } from '../../lib/private/agent-config';

/** Consent needs somebody who gives it and a reason: `jane: disk of 1003 died, data is in the archive`. */
const SIGNED = /^\s*(\S[^:]*):\s*(\S.*)$/;

/** Reads the annotations of this pod. The kubelet renews the file some time after they change. */
export async function podAnnotations(): Promise<string> {
  return readFile(`${PATHS.podInfo}/annotations`, 'utf8');
}

/**
 * Who accepts the loss of data and why, from the annotations as the downward API writes them.
 *
 * @returns undefined when nobody does, or does not say who and why
 */
export function consentIn(annotations: string): string | undefined {
  const prefix = `${ACCEPT_DATA_LOSS_ANNOTATION}=`;
  const line = annotations.split('\n').find((text) => text.startsWith(prefix));
  if (line === undefined) {
    return undefined;
  }
  const value = unquote(line.slice(prefix.length));
  return SIGNED.test(value) ? value.trim() : undefined;
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
