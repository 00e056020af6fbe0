/*
 * Jest loads CommonJS only, and the Kafka client is published as ES modules: this makes its entry one CommonJS module.
 */
const { buildSync } = require('esbuild');
const { createHash } = require('node:crypto');
const { version } = require('esbuild/package.json');

const BANNER = "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

module.exports = {
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
  // The entry alone does not tell one version of the package from the next, its folder's package.json does.
  getCacheKey(source, path) {
    const { version: packageVersion } = require(require('node:path').join(path, '../../package.json'));
    return createHash('sha256').update([version, packageVersion, BANNER, source].join('\0')).digest('hex');
  },
};
