/*
 * References to config providers: `${provider:key}` or `${provider:path:key}`, at any position of a value. A regular expression
 * would need quadratic time for a value such as '${:${:${:…'.
 */

/** True if Kafka replaces a part of the value. */
export function hasReference(value: string): boolean {
  return replaceReferences(value, '') !== value;
}

/** Names of the config providers that a value refers to. */
export function providersIn(value: string): string[] {
  return value
    .split('}')
    .slice(0, -1)
    .flatMap((part) => {
      const start = referenceStart(part);
      return start < 0 ? [] : [part.slice(start + 2, part.indexOf(':', start + 2))];
    });
}

/** The value with a text in place of each reference. */
export function replaceReferences(value: string, replacement: string): string {
  const parts = value.split('}');
  const last = parts.pop()!;
  const replaced = parts.map((part) => {
    const start = referenceStart(part);
    return start < 0 ? `${part}}` : `${part.slice(0, start)}${replacement}`;
  });
  return `${replaced.join('')}${last}`;
}

/** Start of a reference that ends with the part; -1 if there is none. */
function referenceStart(part: string): number {
  const start = part.indexOf('${');
  return start >= 0 && part.indexOf(':', start + 2) >= 0 ? start : -1;
}
