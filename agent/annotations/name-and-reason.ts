/** Like `jane: disk of 1003 died, data is in the archive`: somebody, and a reason. */
const NAME_AND_REASON = /^\s*[^\s:][^:]*:\s*\S/;

/** Whether a text says who wants something, and why. */
export function hasNameAndReason(text: string): boolean {
  return NAME_AND_REASON.test(text);
}
