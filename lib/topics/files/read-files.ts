import { readFileSync } from 'fs';
import { FileTopic } from './file-topic';
import { findFiles, isTopicFile, shownPath } from './find-files';
import { topicsOf } from './forms';
import { FileProblem, Report } from './report';
import { parseDocuments } from './yaml';

/** Topics of some files, and their problems. */
export interface ReadFiles {
  readonly topics: readonly FileTopic[];
  readonly errors: readonly FileProblem[];
  readonly warnings: readonly FileProblem[];
}

/**
 * Reads all topics of some files and folders.
 *
 * @param known real paths of files that were read already; the read ones are added
 */
export function readTopicFiles(paths: readonly string[], known: Set<string>): ReadFiles {
  const { files, problems } = findFiles(paths, known);
  const read = files.map((file) => {
    const report = new Report(shownPath(file));
    return { topics: readFile(file, report), report };
  });
  return {
    topics: read.flatMap(({ topics }) => topics),
    errors: [...problems, ...read.flatMap(({ report }) => report.errors)],
    warnings: read.flatMap(({ report }) => report.warnings),
  };
}

function readFile(file: string, report: Report): FileTopic[] {
  if (!isTopicFile(file)) {
    report.error(
      undefined,
      file.endsWith('.tf')
        ? 'is a file of Terraform in HCL, which is not read; write its topics with: terraform show -json > topics.json'
        : 'is not a YAML or JSON file; name a file that ends in .yaml, .yml or .json',
    );
    return [];
  }
  const text = textOf(file, report);
  return text === undefined ? [] : topicsIn(text, report);
}

function topicsIn(text: string, report: Report): FileTopic[] {
  try {
    return parseDocuments(text, report).flatMap((document) => topicsOf(document, report));
  } catch (error) {
    // The stack of JavaScript is full.
    if ((error as Error).name !== 'RangeError') {
      throw error;
    }
    report.error(undefined, 'has too many levels of nested lists and mappings; remove some of them');
    return [];
  }
}

function textOf(file: string, report: Report): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    report.error(
      undefined,
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? 'is not UTF-8 text; save it as UTF-8'
        : `cannot be read (${code}); correct its permissions`,
    );
    return undefined;
  }
}
