/* Volumes as the kubelet writes them: files are symbolic links through `..data`, which the kubelet replaces. */
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
  await publish('old');
});
afterEach(() => rm(base, { recursive: true }));

/** Updates the volume as the kubelet does. */
async function publish(version: string, before?: string): Promise<void> {
  await mkdir(join(folder, `..${version}`));
  for (const file of ['tls.crt', 'tls.key', 'ca.crt'])
    await writeFile(join(folder, `..${version}`, file), version);
  await symlink(`..${version}`, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  if (before) await rm(join(folder, `..${before}`), { recursive: true });
}

test('reads the files of a source', async () => {
  const files = await new Folder('cluster', true, { source: base, stores: base }).readSource();
  expect(files).toEqual({ certificate: 'old', key: 'old', trusted: 'old' });
});

test.each([
  ['kept for a while', undefined],
  ['deleted at once', 'old'],
])(
  'all files are of one version if the volume changes between reads and the old version is %s',
  async (_, before) => {
    let reads = 0;
    const files = await readConsistently(folder, async (version) => {
      const certificate = await readFile(join(version, 'tls.crt'), 'utf8');
      if (reads++ === 0) await publish('new', before);
      return [certificate, await readFile(join(version, 'tls.key'), 'utf8')];
    });
    expect(files).toEqual(['new', 'new']);
  },
);

test('the error names a missing file by its path in the volume', async () => {
  await rm(join(folder, '..old/tls.key'));
  const source = new Folder('cluster', true, { source: base, stores: base }).readSource();
  await expect(source).rejects.toThrow(
    `${folder}/tls.key cannot be read: ENOENT: no such file or directory, open '${folder}/tls.key'`,
  );
});
