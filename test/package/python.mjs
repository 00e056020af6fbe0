// Builds the Python package, installs it into an empty environment, and synthesizes the quickstart with it. Needs Python 3.10
// or newer with venv, and a package index, so it is not part of `npm test`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runSteps } from './steps.mjs';

const { devDependencies: pinned } = JSON.parse(readFileSync('package.json', 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'cdk8s-kafka-python-'));
const python = join(folder, 'venv/bin/python');
const packages = 'dist/jsii/python';
const env = {
  ...process.env,
  // Otherwise jsii starts the first `node` on the PATH.
  JSII_NODE: process.execPath,
  // Otherwise jsii caches its packages in the home directory.
  JSII_RUNTIME_PACKAGE_CACHE: 'disabled',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  // jsii-pacmak calls `npm pack`, which would build everything again.
  npm_config_ignore_scripts: 'true',
};
const run = (command, args, cwd = process.cwd()) =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' });
const bin = (name) => resolve('node_modules/.bin', name);

runSteps({
  'npm run package builds the wheel': () => {
    rmSync('dist/jsii', { recursive: true, force: true });
    run('npm', ['run', 'package', '--', '--target', 'python']);
  },
  'pip installs the wheel and its peers in an empty environment': () => {
    run('python3', ['-m', 'venv', join(folder, 'venv')]);
    const wheel = readdirSync(packages).find((file) => file.endsWith('.whl'));
    const peers = ['cdk8s', 'cdk8s-plus-27', 'constructs'].map((name) => `${name}==${pinned[name]}`);
    const runtime = `jsii==${pinned['jsii-pacmak']}`;
    run(python, ['-m', 'pip', 'install', '--quiet', resolve(packages, wheel), ...peers, runtime]);
    run(python, ['-m', 'pip', 'check']);
  },
  'the quickstart in Python synthesizes the same YAML as in TypeScript': () => {
    run(bin('cdk8s'), ['synth', '--check-upgrade=false', '--output', join(folder, 'typescript')]);
    // An empty folder, so that Python does not find files of this checkout.
    mkdirSync(join(folder, 'app'));
    run(python, [resolve('examples/quickstart/quickstart.py')], join(folder, 'app'));
    const [typescript, other] = ['typescript', 'app/dist'].map((path) =>
      readFileSync(join(folder, path, 'quickstart.k8s.yaml'), 'utf8'),
    );
    assert.ok(typescript.length > 0);
    assert.ok(other === typescript, 'the YAML of the two languages differs');
  },
  'the wheel contains the command': () => {
    assert.match(
      run(join(folder, 'venv/bin/cdk8s-kafka'), ['--help']),
      /^Usage:\n {2}cdk8s-kafka force-ready /,
    );
  },
});
rmSync(folder, { recursive: true });
