import { AgentBundle } from './agent-process';

/** `kubectl apply` copies an object into an annotation; annotations have a limit, and this part of it is for programs. */
const LIMIT = 240 * 1024;
const MAX_SHARE = 0.7;
const PROGRAMS = ['agent.js', 'authority.js', 'init.js', 'topics.js'];

let programs: Record<string, string>;

beforeAll(() => {
  const bundle = AgentBundle.build();
  ({ programs } = bundle);
  bundle.remove();
}, 60_000);

test('the build makes one program for each kind of pod', () => {
  expect(Object.keys(programs).sort()).toEqual(PROGRAMS);
});

test.each(PROGRAMS)('%s leaves 30 % of a ConfigMap for later versions', (name) => {
  expect(Buffer.byteLength(JSON.stringify(programs[name]))).toBeLessThan(MAX_SHARE * LIMIT);
});

test.each(PROGRAMS)('%s is plain code that only imports modules of Node.js', (name) => {
  const program = programs[name];
  const imports = [...program.matchAll(/\brequire\(['"]([^'"]+)['"]\)/g)].map(([, module]) => module);
  expect(imports).not.toEqual([]);
  expect(
    imports.filter((module) => !/^(node:)?[a-z]/.test(module) || /^(node:)?(vm|zlib)$/.test(module)),
  ).toEqual([]);
  expect(program.match(/\beval\(|\bnew Function\(/)).toBeNull();
});

test('people can read the program that may write Secrets', () => {
  const program = programs['authority.js'];
  const lines = program.split('\n');
  expect(
    lines.filter((line) => /\bAuthorityReconciler = class\b|\bclass AuthorityReconciler\b/.test(line)),
  ).toHaveLength(1);
  expect(lines.filter((line) => line.length > 400)).toEqual([]);
});
