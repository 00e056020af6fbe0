import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folder } from '../../../agent/certificates/folder';

test('rewriting replaces each file by a new one with the same content, for servers that watch files', async () => {
  // GIVEN
  const base = await mkdtemp(join(tmpdir(), 'agent-folder-'));
  const paths = ['keystore.pem', 'truststore.pem'].map((file) => join(base, 'metadata', file));
  await mkdir(join(base, 'metadata'));
  await Promise.all(paths.map((path) => writeFile(path, path)));
  const inodes = () => Promise.all(paths.map(async (path) => (await stat(path)).ino));
  const before = await inodes();

  // WHEN
  await new Folder('metadata', true, { source: base, stores: base }).rewriteStores();

  // THEN
  const after = await inodes();
  expect(after.filter((inode, index) => inode === before[index])).toEqual([]);
  expect(await Promise.all(paths.map((path) => readFile(path, 'utf8')))).toEqual(paths);
  await rm(base, { recursive: true });
});
