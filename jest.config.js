/** @type {import('jest').Config} */
module.exports = {
  reporters: ['default', '<rootDir>/test/support/tally-reporter.js'],
  // Tests wait for conditions; how long a busy machine takes for one says nothing.
  testTimeout: 120_000,
  roots: ['<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/e2e/'],
  // Examples import the package by its name, as a user's app does.
  moduleNameMapper: { '^cdk8s-kafka$': '<rootDir>/lib/index.ts' },
  // Transpiles only; `npm run check:types` checks the types.
  transform: {
    '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }],
    '/@platformatic/kafka/dist/index\\.js$': '<rootDir>/test/support/esm-package.mjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!@platformatic/kafka/dist/index\\.js)'],
};
