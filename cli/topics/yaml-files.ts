import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command-error';
import { YamlFile } from './manifests';

/**
 * Reads a file, or all YAML files of a folder and its subfolders.
 *
 * @throws CommandError if there are none
 */
export async function readYaml(path: string): Promise<YamlFile[]> {
  try {
    const paths = (await stat(path)).isDirectory() ? await yamlFilesIn(path) : [path];
    if (paths.length === 0) {
      throw new CommandError(`${path} has no YAML files; run cdk8s synth, and use its output folder`, 'data');
    }
    return await Promise.all(paths.map(async (file) => ({ path: file, text: await readFile(file, 'utf8') })));
  } catch (error) {
    if (error instanceof CommandError) {
      throw error;
    }
    throw new CommandError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}); run cdk8s synth, and use its output folder`,
      'data',
    );
  }
}

async function yamlFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
