/*
 * Files of the paths that a user names: files, folders, and patterns with `*`. A path that cannot be read is a problem beside
 * those of the other files.
 */
import { Stats, lstatSync, readdirSync, realpathSync, statSync } from 'fs';
import { isAbsolute, join, parse, relative, resolve, sep } from 'path';
import { FileProblem } from './report';

/** Files, and problems of paths. */
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
  const search = new Search();
  const found = paths.flatMap((path) => search.filesOf(path));
  const files = found.filter((file) => {
    const real = realpathSync(file);
    const isNew = !known.has(real);
    known.add(real);
    return isNew;
  });
  return { files, problems: search.problems };
}

/** True for the name of a YAML or JSON file. Some systems write its extension in capitals. */
export function isTopicFile(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

/** A path for messages: relative to the working directory if it is inside. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), resolve(path));
  return fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}

const EXPECTED =
  'name a YAML or JSON file, a folder of them, or a pattern such as teams/*/topics.yaml, relative to the folder in which the app runs';

/** A search that collects problems. */
class Search {
  readonly problems: FileProblem[] = [];
  private reports = 0;

  /** The files of a path that a user names. */
  filesOf(path: string): string[] {
    if (path.includes('**')) {
      const folder = path.slice(0, path.indexOf('**')).replace(/[^/\\]*$/, '');
      this.problem(
        path,
        "contains '**', and '*' is the only wildcard; name the folder, which is read with its subfolders: " +
          `'${folder.length > 1 ? folder.slice(0, -1) : folder || '.'}'`,
      );
      return [];
    }
    const before = this.reports;
    const paths = this.matching(path);
    const files = paths.flatMap((one) => this.filesAt(one));
    if (files.length === 0 && this.reports === before) {
      this.problem(path, `${paths.length > 0 ? 'has no topic file' : 'does not exist'}; ${EXPECTED}`);
    }
    return files;
  }

  /** Existing paths that match a pattern. `*` is any text without a separator. */
  private matching(pattern: string): string[] {
    const { root } = parse(pattern);
    const segments = pattern.slice(root.length).split(sep === '/' ? '/' : /[\\/]/);
    return segments.reduce<string[]>(
      (folders, segment) => folders.flatMap((folder) => this.children(folder, segment)),
      [root === '' ? '.' : root],
    );
  }

  private children(folder: string, segment: string): string[] {
    if (!segment.includes('*')) {
      const path = join(folder, segment);
      return exists(path) ? [path] : [];
    }
    const name = new RegExp(`^${segment.split('*').map(escaped).join('.*')}$`);
    return this.stats(folder)?.isDirectory()
      ? this.visible(folder)
          .filter((entry) => name.test(entry))
          .map((entry) => join(folder, entry))
      : [];
  }

  private filesAt(path: string): string[] {
    const stats = this.stats(path);
    return stats?.isDirectory() ? this.inFolder(path, []) : this.regular(path, stats);
  }

  /** @param parents real paths of the folders around this one: a link can point to one of them */
  private inFolder(folder: string, parents: readonly string[]): string[] {
    const real = realpathSync(folder);
    if (parents.includes(real)) {
      return [];
    }
    return this.visible(folder)
      .map((entry) => join(folder, entry))
      .flatMap((path) => {
        const stats = this.stats(path);
        if (stats?.isDirectory()) {
          return this.inFolder(path, [...parents, real]);
        }
        return isTopicFile(path) ? this.regular(path, stats) : [];
      });
  }

  /** A read of a pipe or a socket would wait forever. */
  private regular(path: string, stats: Stats | undefined): string[] {
    if (stats !== undefined && !stats.isFile()) {
      this.problem(path, 'is not a regular file; replace it by a file, or remove it');
    }
    return stats?.isFile() ? [path] : [];
  }

  /** Entries of a folder, sorted. */
  private visible(folder: string): string[] {
    return (this.attempt(folder, () => readdirSync(folder)) ?? [])
      .filter((entry) => !entry.startsWith('.') && entry !== 'node_modules')
      .sort();
  }

  private stats(path: string): Stats | undefined {
    return this.attempt(path, () => statSync(path));
  }

  private attempt<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.problem(
        path,
        code === 'ENOENT' || code === 'ELOOP'
          ? 'is a link without a target; correct the link, or remove it'
          : `cannot be read (${code}); correct its permissions`,
      );
      return undefined;
    }
  }

  private problem(path: string, message: string): void {
    const file = shownPath(path);
    this.reports++;
    // A path can be found in several ways.
    if (!this.problems.some((other) => other.file === file && other.message === message)) {
      this.problems.push({ file, message });
    }
  }
}

/** True if the path is in its folder, also if it is a link without a target. */
function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
