import { isNativeError } from 'node:util/types';

/** Why a command ended, after sysexits.h. */
export const EXIT = {
  ok: 0,
  /** The command line makes no sense. */
  usage: 64,
  /** Data that a user wrote makes no sense. */
  data: 65,
  /** A server cannot be reached, or refuses. */
  unavailable: 69,
  /** A bug of this program. */
  bug: 70,
  /** The cluster is not set up as this program needs it. */
  config: 78,
  /** A signal came before the work was done: 128 and the number of SIGTERM. */
  interrupted: 143,
} as const;

/** Something that a person has to mend. It is printed without a stack trace. */
export class OperatorError extends Error {
  constructor(
    /** What was found, and what was expected. */
    message: string,
    /** How to mend it. */
    readonly hint: string,
    readonly exitCode: number = EXIT.config,
  ) {
    super(message);
    this.name = 'OperatorError';
  }
}

/** What went wrong at the bottom: libraries wrap the error that says something into others that do not. */
export function reasonOf(error: unknown): string {
  if (!isError(error)) {
    return String(error);
  }
  const parts = partsOf(error);
  if (parts.length > 0) {
    return reasonOfMany(parts);
  }
  const deeper = isError(error.cause) && error.cause !== error ? reasonOf(error.cause) : '';
  return deeper || error.message || error.name;
}

/** Codes of an error and of all that it wraps, the outermost first. */
export function codesOf(error: unknown): string[] {
  if (!isError(error)) {
    return [];
  }
  const { code, cause } = error as NodeJS.ErrnoException;
  const inside = [...partsOf(error), ...(cause === error ? [] : [cause])];
  return [...(code === undefined ? [] : [String(code)]), ...inside.flatMap(codesOf)];
}

/** Unlike `instanceof` also for errors from another context of Node.js. */
function isError(error: unknown): error is Error {
  return isNativeError(error);
}

function partsOf(error: Error): readonly unknown[] {
  const { errors } = error as Partial<AggregateError>;
  return error.name === 'AggregateError' && Array.isArray(errors) ? errors : [];
}

/** A name with many addresses fails once for each, mostly for the same reason and in another order each time. */
function reasonOfMany(errors: readonly unknown[]): string {
  const codes = new Set(errors.map((error) => (error as NodeJS.ErrnoException | undefined)?.code));
  const [code] = codes;
  return codes.size === 1 && code !== undefined && errors.length > 1
    ? `${code} at all ${errors.length} addresses`
    : [...new Set(errors.map(reasonOf))].join('; ');
}
