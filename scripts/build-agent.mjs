// Bundles the programs of the pods. Each is one file without dependencies that fits into a ConfigMap.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { build, transform } from 'esbuild';
import { withSingleQuotes } from './single-quotes.mjs';
import { smallKafkaClient } from './small-kafka-client.mjs';
import { withoutUnusedMethods } from './unused-methods.mjs';

// `kubectl apply` keeps a copy of the object in an annotation, and all annotations together may have 256 KiB.
const LIMIT = 240 * 1024;

// Only the authority may write Secrets: people must be able to read its program in the cluster.
const PROGRAMS = { init: minify, agent: minify, topics: minify, authority: (text) => text };

async function minify(text) {
  const options = { minify: true, platform: 'node', target: 'node24', format: 'cjs', treeShaking: true };
  return withSingleQuotes((await transform(withoutUnusedMethods(text), options)).code);
}

/** Builds one program and returns the files of other packages that it includes. */
async function bundle(name, finish) {
  const outfile = `dist/agent/${name}.js`;
  const { metafile, outputFiles } = await build({
    entryPoints: [`agent/${name}-main.ts`],
    outfile,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    metafile: true,
    plugins: [smallKafkaClient],
    logLevel: 'warning',
  });
  const program = await finish(outputFiles[0].text);
  const size = Buffer.byteLength(JSON.stringify(program));
  const share = `${size} bytes in a ConfigMap, ${((100 * size) / LIMIT).toFixed(1)} % of ${LIMIT}`;
  if (size > LIMIT) {
    throw new Error(`${outfile} takes ${share}; remove a dependency`);
  }
  writeFileSync(outfile, program);
  console.log(`${outfile}: ${share}`);
  const { inputs } = metafile.outputs[outfile];
  return Object.keys(inputs).filter(
    (path) => inputs[path].bytesInOutput > 0 && path.includes('node_modules/'),
  );
}

mkdirSync('dist/agent', { recursive: true });
const included = [];
for (const [name, finish] of Object.entries(PROGRAMS)) {
  included.push(...(await bundle(name, finish)));
}
writeFileSync('dist/agent/meta.json', JSON.stringify([...new Set(included)].sort(), undefined, 2));

// The package includes all programs of the folder, so programs of earlier versions must not stay.
const files = ['meta.json', ...Object.keys(PROGRAMS).map((name) => `${name}.js`)];
for (const file of readdirSync('dist/agent').filter((entry) => !files.includes(entry))) {
  rmSync(`dist/agent/${file}`);
}
