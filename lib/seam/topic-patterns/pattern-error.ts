/** Longest part of a pattern in a message. */
const MAX_LENGTH = 200;

/** Error about a topic pattern: the pattern, the problem, and a hint to correct it. */
export function patternError(source: string, found: string, hint: string): Error {
  return new Error(`topic pattern '${excerpt(source)}' ${found}; ${hint}`);
}

/** A pattern for a message: long ones are cut. */
export function excerpt(source: string): string {
  return source.length > MAX_LENGTH ? `${source.slice(0, MAX_LENGTH)}…` : source;
}
