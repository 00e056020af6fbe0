/** For example `jane: the disk of 1003 failed, the data is in the archive`. */
const NAME_AND_REASON = /^\s*[^\s:][^:]*:\s*\S/;

/** True if a text has the form `<name>: <reason>`. */
export function hasNameAndReason(text: string): boolean {
  return NAME_AND_REASON.test(text);
}
