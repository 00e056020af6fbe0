/* Volumes as the kubelet writes them: files are links through `..data`, which is what changes. */
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folder } from '../../../agent/certificates/folder';
import { readConsistently } from '../../../agent/certificates/mounted-volume';

let base: string;
let folder: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'agent-mounted-'));
  folder = join(base, 'cluster');
  await mkdir(folder);
  for (const file of ['tls.crt', 'tls.key', 'ca.crt']) await symlink(`..data/${file}`, join(folder, file));
  await bring('old');
});
afterEach(() => rm(base, { recursive: true }));

/** What the kubelet does when a Secret has changed. */
async function bring(version: string, before?: string): Promise<void> {
  await mkdir(join(folder, `..${version}`));
  for (const file of ['tls.crt', 'tls.key', 'ca.crt'])
    await writeFile(join(folder, `..${version}`, file), version);
  await symlink(`..${version}`, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  if (before) await rm(join(folder, `..${before}`), { recursive: true });
}

test('a source is read as it is', async () => {
  const files = await new Folder('cluster', true, { source: base, stores: base }).readSource();
  expect(files).toEqual({ certificate: 'old', key: 'old', trusted: 'old' });
});

test.each([
  ['stays for a while', undefined],
  ['is gone at once', 'old'],
])('files are of one version when they change in between, and the old one %s', async (_, before) => {
  let looks = 0;
  const files = await readConsistently(folder, async (version) => {
    const certificate = await readFile(join(version, 'tls.crt'), 'utf8');
    if (looks++ === 0) await bring('new', before);
    return [certificate, await readFile(join(version, 'tls.key'), 'utf8')];
  });
  expect(files).toEqual(['new', 'new']);
});

test('a file that is missing is called by the name that people know', async () => {
  await rm(join(folder, '..old/tls.key'));
  const looked = new Folder('cluster', true, { source: base, stores: base }).readSource();
  await expect(looked).rejects.toThrow(
    `${folder}/tls.key cannot be read: ENOENT: no such file or directory, open '${folder}/tls.key'`,
  );
});
