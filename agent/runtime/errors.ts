import { isNativeError } from 'node:util/types';

/** Exit codes, as in sysexits.h. */
export const EXIT = {
  ok: 0,
  /** Invalid command line. */
  usage: 64,
  /** Invalid input data. */
  data: 65,
  /** A server is unreachable or rejects a request. */
  unavailable: 69,
  /** Bug in this program. */
  bug: 70,
  /** Something is not ready yet; the next run may succeed. */
  waiting: 75,
  /** Kafka rejects a request. */
  rejected: 76,
  /** The state of the cluster is not the one for which the work was planned. */
  changed: 77,
  /** Missing or invalid configuration of the pod or the cluster. */
  config: 78,
  /** A signal ended the program before its work was done: 128 + 15 (SIGTERM). */
  interrupted: 143,
} as const;

/** Error that an operator has to fix. It is printed without a stack trace. */
export class OperatorError extends Error {
  constructor(
    /** States what was found and what is expected. */
    message: string,
    /** States how to fix it. */
    readonly hint: string,
    readonly exitCode: number = EXIT.config,
  ) {
    super(message);
    this.name = 'OperatorError';
  }
}

/** Message of the innermost error: libraries wrap the error that has the reason into errors that do not. */
export function reasonOf(error: unknown): string {
  if (!isError(error)) {
    return String(error);
  }
  const parts = partsOf(error);
  if (parts.length > 0) {
    return reasonOfMany(parts);
  }
  const inner = isError(error.cause) && error.cause !== error ? reasonOf(error.cause) : '';
  return inner || error.message || error.name;
}

/** Codes of an error and of all errors that it wraps, outermost first. */
export function codesOf(error: unknown): string[] {
  if (!isError(error)) {
    return [];
  }
  const { code, cause } = error as NodeJS.ErrnoException;
  const wrapped = [...partsOf(error), ...(cause === error ? [] : [cause])];
  return [...(code === undefined ? [] : [String(code)]), ...wrapped.flatMap(codesOf)];
}

/** Works for errors of another Node.js context as well, unlike `instanceof`. */
function isError(error: unknown): error is Error {
  return isNativeError(error);
}

function partsOf(error: Error): readonly unknown[] {
  const { errors } = error as Partial<AggregateError>;
  return error.name === 'AggregateError' && Array.isArray(errors) ? errors : [];
}

/** A host name with several addresses fails once per address, usually with the same code and in varying order. */
function reasonOfMany(errors: readonly unknown[]): string {
  const codes = new Set(errors.map((error) => (error as NodeJS.ErrnoException | undefined)?.code));
  const [code] = codes;
  return codes.size === 1 && code !== undefined && errors.length > 1
    ? `${code} at all ${errors.length} addresses`
    : [...new Set(errors.map(reasonOf))].join('; ');
}
