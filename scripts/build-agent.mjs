// Bundles the programs of the agent: each is one file that runs on a bare Node.js and fits a ConfigMap.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
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

// What issues certificates is large, so its program unpacks itself. It is one line to whoever reads the YAML, and gains
// much: a ConfigMap has no compression of its own.
const unpacking = (source) => {
  const packed = brotliCompressSync(source, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: source.length,
    },
  });
  return `const source = require('node:zlib').brotliDecompressSync(Buffer.from('${packed.toString('base64')}', 'base64')).toString();
require('node:vm').compileFunction(source, ['require', 'module', 'exports', '__filename', '__dirname'], { filename: __filename })(require, module, exports, __filename, __dirname);
`;
};

/** Builds one program, and tells what it includes of others. */
async function bundle(entryPoint, outfile, finish = (source) => source) {
  const { metafile, outputFiles } = await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    write: false,
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
  const program = finish(outputFiles[0].contents);
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, program);
  const size = Buffer.byteLength(JSON.stringify(readFileSync(outfile, 'utf8')));
  if (size > LIMIT) {
    console.error(`${outfile} takes ${size} bytes in a ConfigMap, ${LIMIT} are allowed: drop a dependency`);
    process.exit(1);
  }
  console.log(`${outfile}: ${size} bytes in a ConfigMap`);
  const { inputs } = metafile.outputs[outfile];
  return Object.keys(inputs).filter(
    (path) => inputs[path].bytesInOutput > 0 && path.includes('node_modules/'),
  );
}

const included = [
  ...(await bundle('agent/main.ts', 'dist/agent/agent.js')),
  ...(await bundle('agent/authority-main.ts', 'dist/agent/authority.js', unpacking)),
];
writeFileSync('dist/agent/meta.json', JSON.stringify([...new Set(included)].sort(), undefined, 2));
