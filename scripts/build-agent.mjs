// Bundles the agent into one file that runs on a bare Node.js and fits a ConfigMap.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

// `kubectl apply` keeps a copy of the object in an annotation, and annotations may have 256 KiB.
const LIMIT = 240 * 1024;

// What is imported and the agent never calls: compression, schemas and request validation of the Kafka client,
// tracing, and the kinds of metrics and ways to publish them that the agent does without.
const UNUSED =
  /^(ajv|ajv-draft-04|avsc|protobufjs|@node-rs\/crc32|@platformatic\/wasm-utils|@opentelemetry\/api)(\/|$)/;
const UNUSED_METRICS = /^\.\/lib\/(summary|pushgateway|cluster)$/;
const STUB = `
class Unused { addKeyword() {} compile() { return () => true; } errorsText() { return ''; } }
const refuse = (name) => () => { throw new Error(name + ' is not part of this program'); };
module.exports = Object.assign(Unused, {
  default: Unused, Ajv: Unused, Ajv2020: Unused,
  crc32c: refuse('crc32c'), lz4Compress: refuse('lz4'), lz4Decompress: refuse('lz4'),
  snappyCompress: refuse('snappy'), snappyDecompress: refuse('snappy'),
});`;

const withoutUnused = {
  name: 'without-unused',
  setup(build) {
    build.onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onResolve({ filter: UNUSED_METRICS }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: STUB, loader: 'js' }));
    // The package does not say that its modules have no side effects, so all 260 protocol versions would stay.
    build.onResolve({ filter: /^[@.]/ }, async (args) => {
      const { importer, kind, path, pluginData, resolveDir } = args;
      const isClient = path.startsWith('@platformatic/') || importer.includes('/node_modules/@platformatic/');
      if (pluginData === 'resolving' || !isClient) return undefined;
      const found = await build.resolve(path, { importer, kind, resolveDir, pluginData: 'resolving' });
      return found.errors.length > 0
        ? found
        : { path: found.path, namespace: found.namespace, sideEffects: false };
    });
  },
};

const result = await build({
  entryPoints: ['agent/main.ts'],
  outfile: 'dist/agent/agent.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'importMetaUrl' },
  legalComments: 'none',
  metafile: true,
  plugins: [withoutUnused],
  logLevel: 'warning',
});

const { bytes, inputs } = result.metafile.outputs['dist/agent/agent.js'];
const included = Object.keys(inputs).filter(
  (path) => inputs[path].bytesInOutput > 0 && path.includes('node_modules/'),
);
writeFileSync('dist/agent/meta.json', JSON.stringify(included.sort(), undefined, 2));
const size = Buffer.byteLength(JSON.stringify(readFileSync('dist/agent/agent.js', 'utf8')));
if (size > LIMIT) {
  console.error(
    `dist/agent/agent.js takes ${size} bytes in a ConfigMap, ${LIMIT} are allowed: drop a dependency`,
  );
  process.exit(1);
}
console.log(`dist/agent/agent.js: ${bytes} bytes`);
