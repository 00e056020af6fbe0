/*
 * References to config providers: `${provider:key}` or `${provider:path:key}`, at any position of a value. A regular expression
 * would need quadratic time for a value such as '${:${:${:…'.
 */

/** True if Kafka replaces a part of the value. */
export function hasReference(value: string): boolean {
  return replaceReferences(value, '') !== value;
}

/** The value with a text in place of each reference. */
export function replaceReferences(value: string, replacement: string): string {
  const parts = value.split('}');
  const last = parts.pop()!;
  const replaced = parts.map((part) => {
    const start = part.indexOf('${');
    const isReference = start >= 0 && part.indexOf(':', start + 2) >= 0;
    return isReference ? `${part.slice(0, start)}${replacement}` : `${part}}`;
  });
  return `${replaced.join('')}${last}`;
}
