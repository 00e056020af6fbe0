// Bundles the command of this package into one file, which needs nothing but Node.js and kubectl.
import { chmodSync } from 'node:fs';
import { build } from 'esbuild';

const outfile = 'dist/cli/cdk8s-kafka.js';
await build({
  entryPoints: ['cli/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
});
chmodSync(outfile, 0o755);
