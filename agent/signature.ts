/** Like `jane: disk of 1003 died, data is in the archive`: somebody, and a reason. */
const SIGNED = /^\s*[^\s:][^:]*:\s*\S/;

/** Whether a text says who wants something, and why. */
export function isSigned(text: string): boolean {
  return SIGNED.test(text);
}
