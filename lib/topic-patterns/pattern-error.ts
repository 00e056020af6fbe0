/** Error about a topic pattern: the pattern, the problem, and a hint to correct it. */
export function patternError(source: string, found: string, hint: string): Error {
  return new Error(`topic pattern '${source}' ${found}; ${hint}`);
}
