/** Longest text of a value in a message. */
const MAX_LENGTH = 200;

/** Formats a value for an error message: plain values as JSON, instances by their class, long texts cut. */
export function format(value: unknown): string {
  return cut(fullText(value));
}

/** A value for a message, with a text in single quotes. */
export function quoted(value: unknown): string {
  return typeof value === 'string' ? `'${escaped(cut(value))}'` : format(value);
}

/** A text with its control characters and line separators written as in JSON: a message is one line. */
function escaped(text: string): string {
  return text.replace(/[\0-\x1F\x7F-\x9F\u2028\u2029\uFFFE\uFFFF]/g, (character) => {
    const json = JSON.stringify(character).slice(1, -1);
    return json.length > 1 ? json : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A text for a message, cut if it is long. */
export function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** The type of a value, for a message about a value that can contain a secret. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) {
    return String(value);
  }
  if (typeof value !== 'object') {
    return `a ${typeof value}`;
  }
  const className = classNameOf(value);
  return className === undefined
    ? Array.isArray(value)
      ? 'a list'
      : 'an object'
    : `an instance of ${className}`;
}

function fullText(value: unknown): string {
  if (typeof value === 'function') {
    return `the function ${value.name}`;
  }
  // JSON cannot express bigints, NaN, Infinity and symbols.
  if (typeof value === 'bigint') {
    return `${value}n`;
  }
  if (typeof value === 'number' || typeof value === 'symbol') {
    return String(value);
  }
  if (Object.prototype.toString.call(value) === '[object RegExp]') {
    return `the RegExp ${String(value)}`;
  }
  const className = classNameOf(value);
  if (className !== undefined) {
    return `an instance of ${className}`;
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'an object that contains itself, or values that JSON cannot express';
  }
}

/** Class of an instance; undefined for plain values. */
function classNameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm, such as those of a test runner, have a prototype of their own that is called Object.
  const name = prototype === null ? 'Object' : (value.constructor?.name ?? 'Object');
  return name === 'Object' ? undefined : name;
}
