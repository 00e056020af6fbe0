import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

/*
 * Folders of lib/ and agent/ from the top to the bottom. A folder imports only folders below it. Folders of one line do not
 * import each other.
 */
const LIB_LAYERS = [
  ['authority'],
  ['topics'],
  ['cluster'],
  ['metadata'],
  ['certificates'],
  ['servers'],
  ['network'],
  ['nodes'],
  ['kafka'],
  ['kubernetes'],
  ['input'],
  ['seam'],
];
const AGENT_LAYERS = [
  ['serve'],
  ['restart'],
  ['authority', 'identity', 'live-settings', 'quorum', 'readiness', 'topics'],
  ['kafka', 'zookeeper'],
  ['annotations', 'certificates', 'kubernetes'],
  ['runtime'],
  ['text'],
];

/** Forbids each folder to import folders above it, and the files at the root, which are above all folders. */
function folderOrder(root, layers) {
  return layers.flatMap((layer, index) =>
    layer.map((folder) => ({
      target: `./${root}/${folder}`,
      from: [
        `./${root}/*.ts`,
        ...layers.slice(0, index + 1).flatMap((upper) => upper.map((other) => `./${root}/${other}/**`)),
      ].filter((path) => path !== `./${root}/${folder}/**`),
      message: `${root}/${folder} is below this folder; see the order of folders in CONTRIBUTING.md`,
    })),
  );
}

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['lib/**/*.ts', 'agent/**/*.ts', 'cli/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.js'] })] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        { zones: [...folderOrder('lib', LIB_LAYERS), ...folderOrder('agent', AGENT_LAYERS)] },
      ],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    // A promise that nobody awaits loses its error.
    files: [
      'lib/**/*.ts',
      'agent/**/*.ts',
      'cli/**/*.ts',
      'test/**/*.ts',
      'bench/**/*.ts',
      'examples/**/*.ts',
    ],
    languageOptions: {
      parserOptions: { project: './tsconfig.dev.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  {
    // The published API: every export is documented.
    files: ['lib/**/*.ts'],
    plugins: { jsdoc },
    settings: { jsdoc: { mode: 'typescript', tagNamePreference: { default: 'default' } } },
    rules: {
      // jsii accepts an import of a devDependency, which then fails at the user.
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.{1,2}/|(cdk8s|cdk8s-plus-27|constructs|crypto|fs|net|path)$)',
              message: 'lib/ has no dependencies beside its peers',
            },
          ],
        },
      ],
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          enableFixer: false,
          checkConstructors: false,
          contexts: [
            'ClassDeclaration',
            'FunctionDeclaration',
            'TSEnumDeclaration',
            'TSEnumMember',
            'TSInterfaceDeclaration',
          ],
        },
      ],
      'jsdoc/check-tag-names': ['error', { definedTags: ['default', 'internal'] }],
      'jsdoc/check-param-names': ['error', { checkDestructured: false, disableMissingParamChecks: true }],
      'jsdoc/no-types': 'error',
    },
  },
  {
    // The seam is the only folder that both programs import.
    files: ['agent/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: 'lib/(?!seam/)', message: 'the agent knows no constructs' }] },
      ],
    },
  },
  // Written by a script: as long as Kafka has settings.
  { files: ['lib/kafka/kafka-settings.ts'], rules: { 'max-lines': 'off' } },
  {
    files: ['lib/input/warnings.ts', 'scripts/**', 'bench/**', 'test/**'],
    rules: { 'no-console': 'off', 'max-lines-per-function': 'off' },
  },
);
