import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findFiles, shownPath } from '../../../../lib/topics/files/find-files';

const HERE = process.cwd();
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cdk8s-kafka-files-')));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(HERE);
  rmSync(folder, { recursive: true });
});

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
}

const find = (...paths: string[]) => findFiles(paths, new Set());
const EXPECTED =
  'name a YAML or JSON file, a folder of them, or a pattern such as teams/*/topics.yaml, relative to the folder in which the app runs';

test('a folder has the YAML and JSON files in it and in its folders, sorted', () => {
  write(
    'topics/b.yaml',
    'topics/a.json',
    'topics/c/d.yml',
    'topics/c/a.yaml',
    'topics/README.md',
    'topics/x.tf',
  );

  expect(find('topics')).toEqual({
    files: ['topics/a.json', 'topics/b.yaml', 'topics/c/a.yaml', 'topics/c/d.yml'],
    problems: [],
  });
});

test('hidden files and node_modules are left out', () => {
  write('.git/a.yaml', '.b.yaml', 'node_modules/c.yaml', 'd.yaml');

  expect(find('.').files).toEqual(['d.yaml']);
});

test.each([
  ['topics.yaml', ['topics.yaml']],
  ['./topics.yaml', ['topics.yaml']],
  ['teams/*/topics.yaml', ['teams/shop/topics.yaml', 'teams/web/topics.yaml']],
  ['teams/*', ['teams/shop/topics.yaml', 'teams/web/topics.yaml', 'teams/web/v2+.yaml']],
  ['teams/w*b/*.yaml', ['teams/web/topics.yaml', 'teams/web/v2+.yaml']],
  ['teams/web/v2+*', ['teams/web/v2+.yaml']],
  ['topics.yaml/*', []],
])('%s finds %j', (pattern, files) => {
  write(
    'topics.yaml',
    'teams/web/topics.yaml',
    'teams/web/v2+.yaml',
    'teams/shop/topics.yaml',
    'teams/.hidden/topics.yaml',
  );

  expect(find(pattern).files).toEqual(files);
});

test('an absolute path is possible, and messages have it relative to the working directory', () => {
  write('topics/a.yaml');
  const [file] = find(join(folder, 'topics')).files;

  expect(file).toBe(join(folder, 'topics/a.yaml'));
  expect(shownPath(file)).toBe('topics/a.yaml');
  expect(shownPath('/elsewhere/topics.yaml')).toBe('/elsewhere/topics.yaml');
});

test('a file is found once', () => {
  write('topics/a.yaml');
  const known = new Set<string>();

  expect(findFiles(['topics', 'topics/a.yaml', 'topics/*.yaml'], known).files).toEqual(['topics/a.yaml']);
  expect(findFiles(['topics'], known)).toEqual({ files: [], problems: [] });
});

test('links are followed, also those to a folder around them', () => {
  write('shared/a.yaml');
  mkdirSync('topics');
  symlinkSync(join(folder, 'shared'), 'topics/linked');
  symlinkSync(join(folder, 'topics'), 'topics/self');

  expect(find('topics').files).toEqual(['topics/linked/a.yaml']);
});

test('extensions can have capitals', () => {
  write('topics/a.YAML', 'topics/b.Json', 'topics/c.yml', 'topics/d.TXT');

  expect(find('topics').files).toEqual(['topics/a.YAML', 'topics/b.Json', 'topics/c.yml']);
  expect(find('topics/a.YAML').files).toEqual(['topics/a.YAML']);
});

test.each([
  ['topics/**/*.yaml', 'topics'],
  ['**/*.yaml', '.'],
  ['/srv/**', '/srv'],
  ['/**', '/'],
  ['teams/a**/topics.yaml', 'teams'],
])("'%s' is a problem, because '**' matches one level only", (path, folder) => {
  write('topics/a.yaml');

  expect(find(path)).toEqual({
    files: [],
    problems: [
      {
        file: path,
        message: `contains '**', and '*' is the only wildcard; name the folder, which is read with its subfolders: '${folder}'`,
      },
    ],
  });
});

test('a link without a target is a problem, and the other files are read', () => {
  // GIVEN
  write('topics/a.yaml');
  symlinkSync('missing', 'topics/web');
  symlinkSync('missing.yaml', 'topics/web.yaml');
  symlinkSync('loop.yaml', 'topics/loop.yaml');
  const message = 'is a link without a target; correct the link, or remove it';

  // THEN
  expect(find('topics')).toEqual({
    files: ['topics/a.yaml'],
    problems: ['loop.yaml', 'web', 'web.yaml'].map((file) => ({ file: `topics/${file}`, message })),
  });
  expect(find('topics/web.yaml', 'topics/w*.yaml').problems).toEqual([{ file: 'topics/web.yaml', message }]);
});

test('a pipe is a problem, because its read would not end', () => {
  write('topics/a.yaml');
  execFileSync('mkfifo', ['topics/b.yaml', 'topics/c.txt']);
  const problem = {
    file: 'topics/b.yaml',
    message: 'is not a regular file; replace it by a file, or remove it',
  };

  expect(find('topics')).toEqual({ files: ['topics/a.yaml'], problems: [problem] });
  expect(find('topics/b.yaml')).toEqual({ files: [], problems: [problem] });
});

test('a path without a topic file is a problem', () => {
  write('docs/README.md');

  expect(find('docs', 'missing.yaml', 'missing/*.yaml')).toEqual({
    files: [],
    problems: [
      { file: 'docs', message: `has no topic file; ${EXPECTED}` },
      { file: 'missing.yaml', message: `does not exist; ${EXPECTED}` },
      { file: 'missing/*.yaml', message: `does not exist; ${EXPECTED}` },
    ],
  });
});
