/*
 * Bundles the program of a load into one file for Node.js. Unlike the agent, it includes the parts of the Kafka client that
 * produce and fetch records.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../setup/manifest';

// Unused: schema registries and validation of requests.
const UNUSED = /^(ajv|ajv-draft-04|avsc|protobufjs|@node-rs\/crc32)(\/|$)/;
const STUB = `
class Unused { addKeyword() {} compile() { return () => true; } errorsText() { return ''; } }
module.exports = Object.assign(Unused, { default: Unused, Ajv: Unused, Ajv2020: Unused });`;

/** Bundles the program. */
export async function bundleProgram(entry = join(__dirname, 'program', 'main.ts')): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': 'importMetaUrl' },
    // The default entry reads a .wasm file next to it.
    alias: { '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled' },
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      {
        name: 'without-unused',
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }));
          onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: STUB, loader: 'js' }));
        },
      },
    ],
  });
  return outputFiles[0].text;
}
