/*
 * Files of the paths that a user names: files, folders, and patterns with `*`.
 */
import { existsSync, readdirSync, realpathSync, statSync } from 'fs';
import { isAbsolute, join, parse, relative, resolve, sep } from 'path';
import { FileProblem } from './report';

/** Name of a file that a folder contributes. */
const TOPIC_FILE = /\.(ya?ml|json)$/;

/** Files, and problems of paths without any. */
export interface FoundFiles {
  readonly files: readonly string[];
  readonly problems: readonly FileProblem[];
}

/**
 * Finds the files of some paths. A folder has all YAML and JSON files in it and in its folders.
 *
 * @param known real paths of files that were read already; the found ones are added
 */
export function findFiles(paths: readonly string[], known: Set<string>): FoundFiles {
  const files: string[] = [];
  const problems: FileProblem[] = [];
  for (const path of paths) {
    const found = matching(path).flatMap((one) => (isFolder(one) ? inFolder(one, []) : [one]));
    if (found.length === 0) {
      problems.push({
        file: shownPath(path),
        message: `${existsSync(path) ? 'has no topic file' : 'does not exist'}; ${EXPECTED}`,
      });
    }
    for (const file of found.filter((one) => !known.has(realpathSync(one)))) {
      known.add(realpathSync(file));
      files.push(file);
    }
  }
  return { files, problems };
}

const EXPECTED =
  'name a YAML or JSON file, a folder of them, or a pattern such as teams/*/topics.yaml, relative to the folder in which the app runs';

/** A path for messages: relative to the working directory if it is inside. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), resolve(path));
  return fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}

/** Existing paths that match a pattern. `*` is any text without a separator. */
function matching(pattern: string): string[] {
  const { root } = parse(pattern);
  const segments = pattern.slice(root.length).split(sep === '/' ? '/' : /[\\/]/);
  return segments.reduce<string[]>(
    (folders, segment) => folders.flatMap((folder) => children(folder, segment)),
    [root === '' ? '.' : root],
  );
}

function children(folder: string, segment: string): string[] {
  if (!segment.includes('*')) {
    const path = join(folder, segment);
    return existsSync(path) ? [path] : [];
  }
  const name = new RegExp(`^${segment.split('*').map(escaped).join('.*')}$`);
  return isFolder(folder)
    ? visible(folder)
        .filter((entry) => name.test(entry))
        .map((entry) => join(folder, entry))
    : [];
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

/** @param parents real paths of the folders around this one: a link can point to one of them */
function inFolder(folder: string, parents: readonly string[]): string[] {
  const real = realpathSync(folder);
  if (parents.includes(real)) {
    return [];
  }
  return visible(folder)
    .map((entry) => join(folder, entry))
    .flatMap((path) =>
      isFolder(path) ? inFolder(path, [...parents, real]) : TOPIC_FILE.test(path) ? [path] : [],
    );
}

/** Entries of a folder, sorted. */
function visible(folder: string): string[] {
  return readdirSync(folder)
    .filter((entry) => !entry.startsWith('.') && entry !== 'node_modules')
    .sort();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
