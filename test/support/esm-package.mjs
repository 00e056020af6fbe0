/*
 * Jest loads CommonJS only, and the Kafka client is published as ES modules. This transform bundles its entry into one CommonJS
 * module.
 */
import { buildSync, version } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const BANNER = "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

export default {
  process(_source, path) {
    const { outputFiles } = buildSync({
      entryPoints: [path],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      banner: { js: BANNER },
      define: { 'import.meta.url': 'importMetaUrl' },
      alias: { '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled' },
      logLevel: 'warning',
    });
    return { code: outputFiles[0].text };
  },

  // The entry does not contain the version of the package, so the key includes its package.json.
  getCacheKey(source, path) {
    const manifest = readFileSync(join(path, '../../package.json'), 'utf8');
    return createHash('sha256').update([version, manifest, BANNER, source].join('\0')).digest('hex');
  },
};
