/** One shape for all messages: what was found in which pattern, and how to mend it. */
export function refusal(source: string, found: string, mend: string): Error {
  return new Error(`topic pattern '${source}' ${found}; ${mend}`);
}
