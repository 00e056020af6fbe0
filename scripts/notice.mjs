// Writes NOTICE: the licenses of the packages that bundles contain. Run after build-agent.mjs and build-yaml.mjs.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HEAD = `cdk8s-kafka
Copyright The cdk8s-kafka authors

Licensed under the Apache License, Version 2.0, see LICENSE.

The programs in dist/agent and the parser in dist/yaml contain code of the packages below, each under its own license.
`;

const inputs = ['agent', 'yaml'].flatMap((bundle) =>
  JSON.parse(readFileSync(`dist/${bundle}/meta.json`, 'utf8')),
);
const folders = new Set(
  inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.slice(1, 2) ?? []),
);

const entries = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
  // LICENSE has the text of Apache-2.0.
  const body =
    license === 'Apache-2.0' ? 'Apache License, Version 2.0, see LICENSE.' : text || `${license} license.`;
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${body}\n`;
});

writeFileSync(process.argv[2] ?? 'NOTICE', [HEAD, ...entries].join('\n'));
