import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentBundle } from './agent-process';

/** `kubectl apply` copies an object into an annotation; annotations have a limit, and this part of it is for programs. */
const LIMIT = 240 * 1024;
const MAX_SHARE = 0.7;
const PROGRAMS = ['agent.mjs', 'authority.mjs', 'init.mjs', 'recovery.mjs', 'shared.mjs', 'topics.mjs'];
/** Files that programs import. All others are complete. */
const SHARED: Record<string, string[]> = { 'agent.mjs': ['./shared.mjs'], 'init.mjs': ['./shared.mjs'] };

/** Modules that the client of Kafka would import for what the agent does not use. */
const ALLOWED: Record<string, string[]> = { 'topics.mjs': ['node:zlib'] };

let programs: Record<string, string>;

beforeAll(() => {
  const bundle = AgentBundle.build();
  ({ programs } = bundle);
  bundle.remove();
}, 60_000);

test('the build makes one program for each kind of container, and a file that the programs of servers share', () => {
  expect(Object.keys(programs).sort()).toEqual(PROGRAMS);
});

test.each(PROGRAMS)('%s leaves 30 % of a ConfigMap for later versions', (name) => {
  expect(Buffer.byteLength(JSON.stringify(programs[name]))).toBeLessThan(MAX_SHARE * LIMIT);
});

test.each(PROGRAMS)('%s is plain code that only imports modules of Node.js and the shared file', (name) => {
  const program = programs[name];
  const imports = [...program.matchAll(/\bimport\b[^'"()]*['"]([^'"]+)['"]/g)].map(([, module]) => module);
  const files = imports.filter((module) => !isBuiltin(module));
  expect([...new Set(files)]).toEqual(SHARED[name] ?? []);
  expect(imports).not.toEqual(files);
  const unexpected = imports.filter((module) => /^(node:)?(vm|zlib)$/.test(module));
  expect([...new Set(unexpected)]).toEqual(ALLOWED[name] ?? []);
  expect(program.match(/\beval\(|\bnew Function\(|\bimport\(|\brequire\(/)).toBeNull();
});

test.each(Object.keys(SHARED))('%s does not start with the shared file of another version', async (name) => {
  // GIVEN
  const folder = mkdtempSync(join(tmpdir(), 'agent-versions-'));
  const run = (shared: string) => {
    writeFileSync(join(folder, name), programs[name]);
    writeFileSync(join(folder, 'shared.mjs'), shared);
    return spawnSync(process.execPath, [join(folder, name)], { encoding: 'utf8' });
  };
  const shared = programs['shared.mjs'];

  // WHEN
  const same = run(shared);
  const other = run(shared.replace(/\bbuild_[0-9a-f]{16}\b/, 'build_0123456789abcdef'));
  rmSync(folder, { recursive: true });

  // THEN
  expect(same.stdout).toContain('the path of agent.json is missing');
  expect(other.stdout).toBe('');
  expect(other.stderr).toMatch(/'.\/shared.mjs' does not provide an export named 'build_[0-9a-f]{16}'/);
});

test('people can read the program that may write Secrets', () => {
  const program = programs['authority.mjs'];
  const lines = program.split('\n');
  expect(
    lines.filter((line) => /\bAuthorityReconciler = class\b|\bclass AuthorityReconciler\b/.test(line)),
  ).toHaveLength(1);
  expect(lines.filter((line) => line.length > 400)).toEqual([]);
});
