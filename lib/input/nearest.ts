/** Longest name that is compared. Longer ones are no misspelled names. */
const MAX_LENGTH = 200;

/**
 * The known name with the smallest edit distance to a name.
 *
 * @param limit largest edit distance
 * @returns undefined if no known name is near enough
 */
export function nearest(name: string, known: readonly string[], limit: number): string | undefined {
  let found: string | undefined;
  let best = limit + 1;
  for (const candidate of name.length > MAX_LENGTH ? [] : known) {
    if (Math.abs(candidate.length - name.length) < best) {
      const distance = editDistance(name, candidate, best);
      [found, best] = distance < best ? [candidate, distance] : [found, best];
    }
  }
  return found;
}

/** Edit distance of two names (Levenshtein), or `limit` if it is not below that. */
function editDistance(a: string, b: string, limit: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (a[i] === b[j] ? 0 : 1)));
    }
    if (Math.min(...next) >= limit) {
      return limit;
    }
    row = next;
  }
  return Math.min(row[b.length], limit);
}
