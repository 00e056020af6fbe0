/** A problem in a file. */
export interface FileProblem {
  readonly file: string;
  /** Undefined for a problem of the whole file. */
  readonly line?: number;
  readonly message: string;
}

/** Problems of one file. */
export class Report {
  readonly errors: FileProblem[] = [];
  readonly warnings: FileProblem[] = [];

  /** @param file path of the file, for messages */
  constructor(readonly file: string) {}

  /** Adds an error: what the file declares is unknown, or cannot be carried over. */
  error(line: number | undefined, message: string): void {
    this.errors.push({ file: this.file, line, message });
  }

  /** Adds a warning: the file has a part that is not about topics, and is not read. */
  warn(line: number | undefined, message: string): void {
    this.warnings.push({ file: this.file, line, message });
  }
}

/** A problem as `file:line: message`. */
export function problemText({ file, line, message }: FileProblem): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}
