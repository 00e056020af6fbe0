// Bundles the YAML parser that reads topic files into one file: a jsii package has no dependencies beside its peers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const names = ['LineCounter', 'isAlias', 'isMap', 'isScalar', 'isSeq', 'parseAllDocuments'];

mkdirSync('dist/yaml', { recursive: true });
const { metafile } = await build({
  stdin: { contents: `export { ${names.join(', ')} } from 'yaml';`, resolveDir: '.' },
  outfile: 'dist/yaml/yaml.cjs',
  bundle: true,
  minify: true,
  // The build for Node.js is not of ES modules, so all of it would stay.
  platform: 'neutral',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
const included = Object.keys(metafile.inputs).filter((path) => path.includes('node_modules/'));
writeFileSync('dist/yaml/meta.json', JSON.stringify(included.sort(), undefined, 2));
