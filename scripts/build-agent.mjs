// Bundles the programs of the pods. Each file has no dependencies and fits into a ConfigMap.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';
import { smallKafkaClient } from './small-kafka-client.mjs';
import { withoutUnusedMethods } from './unused-methods.mjs';

// `kubectl apply` keeps a copy of the object in an annotation, and all annotations together may have 256 KiB.
const LIMIT = 240 * 1024;
const SHARED = 'shared.mjs';

// Programs of one pod share a file. Only the authority may write Secrets: people must be able to read its program in the cluster.
const GROUPS = [
  { programs: ['init', 'agent'], finish: minify, files: ['agent.mjs', 'init.mjs', SHARED] },
  { programs: ['recovery'], finish: minify, files: ['recovery.mjs'] },
  { programs: ['topics'], finish: minify, files: ['topics.mjs'] },
  { programs: ['authority'], finish: (texts) => texts, files: ['authority.mjs'] },
];

function minify(texts) {
  const options = { minify: true, platform: 'node', target: 'node24', format: 'esm', treeShaking: true };
  return Promise.all(withoutUnusedMethods(texts).map(async (text) => (await transform(text, options)).code));
}

/** Builds the programs of one kind of pod and returns the files of other packages that they include. */
async function bundle({ programs, finish, files }) {
  const { metafile, outputFiles } = await build({
    entryPoints: programs.map((name) => ({ in: `agent/${name}-main.ts`, out: name })),
    outdir: 'dist/agent',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: basename(SHARED, '.mjs'),
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    legalComments: 'none',
    metafile: true,
    plugins: [smallKafkaClient],
    logLevel: 'warning',
  });
  const names = outputFiles.map(({ path }) => basename(path));
  if ([...names].sort().join() !== files.join()) {
    throw new Error(`${programs.join(' and ')} became ${names.join(', ')} instead of ${files.join(', ')}`);
  }
  const texts = await finish(outputFiles.map(({ text }) => text));
  const contents = ofOneBuild(Object.fromEntries(names.map((name, index) => [name, texts[index]])));
  Object.entries(contents).forEach(([name, text]) => write(name, text));
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0 && path.includes('node_modules/')),
  );
}

// The kubelet can read one ConfigMap before and another one after an update. A program must not run with the shared file of
// another version: it does not start until the kubelet has read both again.
function ofOneBuild({ [SHARED]: shared, ...programs }) {
  if (shared === undefined) {
    return programs;
  }
  const version = `build_${createHash('sha256').update(shared).digest('hex').slice(0, 16)}`;
  const same = Object.entries(programs).map(([name, text]) => [
    name,
    `import{${version}}from'./${SHARED}';${text}`,
  ]);
  return { ...Object.fromEntries(same), [SHARED]: `${shared}export const ${version}=1;\n` };
}

function write(name, text) {
  const size = Buffer.byteLength(JSON.stringify(text));
  const share = `${size} bytes in a ConfigMap, ${((100 * size) / LIMIT).toFixed(1)} % of ${LIMIT}`;
  if (size > LIMIT) {
    throw new Error(`dist/agent/${name} takes ${share}; remove a dependency`);
  }
  writeFileSync(`dist/agent/${name}`, text);
  console.log(`dist/agent/${name}: ${share}`);
}

mkdirSync('dist/agent', { recursive: true });
const included = [];
for (const group of GROUPS) {
  included.push(...(await bundle(group)));
}
writeFileSync('dist/agent/meta.json', JSON.stringify([...new Set(included)].sort(), undefined, 2));

// The package includes all programs of the folder, so programs of earlier versions must not stay.
const files = ['meta.json', ...GROUPS.flatMap((group) => group.files)];
for (const file of readdirSync('dist/agent').filter((entry) => !files.includes(entry))) {
  rmSync(`dist/agent/${file}`);
}
