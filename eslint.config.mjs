import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

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
    // The published API: everything exported says what it is.
    files: ['lib/**/*.ts'],
    plugins: { jsdoc },
    settings: { jsdoc: { mode: 'typescript', tagNamePreference: { default: 'default' } } },
    rules: {
      // jsii accepts an import of a devDependency without a word, and it breaks at the consumer.
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
        { publicOnly: true, enableFixer: false, contexts: ['TSInterfaceDeclaration', 'FunctionDeclaration'] },
      ],
      'jsdoc/check-tag-names': ['error', { definedTags: ['default', 'internal'] }],
      'jsdoc/check-param-names': ['error', { checkDestructured: false, disableMissingParamChecks: true }],
      'jsdoc/no-types': 'error',
    },
  },
  {
    // What a user sees: every property and member too.
    files: ['lib/**/*.ts'],
    ignores: ['lib/private/**'],
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          enableFixer: false,
          checkConstructors: false,
          contexts: [
            'ClassDeclaration',
            'MethodDefinition[accessibility="public"]',
            'PropertyDefinition[accessibility="public"]',
            'TSEnumDeclaration',
            'TSEnumMember',
            'TSInterfaceDeclaration',
            'TSMethodSignature',
            'TSPropertySignature',
          ],
        },
      ],
    },
  },
  {
    // The seam between the two programs is the only file that both import.
    files: ['agent/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: 'lib/(?!seam/agent-config)', message: 'the agent knows no constructs' }] },
      ],
    },
  },
  // Written by a script: as long as Kafka has settings.
  { files: ['lib/kafka/kafka-settings.ts'], rules: { 'max-lines': 'off' } },
  { files: ['lib/input/warnings.ts', 'scripts/**', 'bench/**', 'test/**'], rules: { 'no-console': 'off' } },
);
