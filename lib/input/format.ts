/** Formats a value for an error message: as JSON, or by its class where JSON cannot express it. */
export function format(value: unknown): string {
  if (typeof value === 'function') {
    return `the function ${value.name}`;
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') {
    // JSON cannot express NaN, Infinity, bigints and symbols.
    return String(value);
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a ${Object(value).constructor.name}`;
  }
}
