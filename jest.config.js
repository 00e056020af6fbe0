/** @type {import('jest').Config} */
module.exports = {
  reporters: ['default', '<rootDir>/test/support/tally-reporter.js'],
  // The default leaves one core idle, which is half of a small machine.
  maxWorkers: '100%',
  // Tests wait for conditions, which takes longer on a busy machine.
  testTimeout: 120_000,
  roots: ['<rootDir>/test'],
  // In test/e2e these are the tests of the e2e tools; `npm run e2e` runs the suite itself.
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Examples import the package by its name, as a user's app does.
  moduleNameMapper: { '^cdk8s-kafka$': '<rootDir>/lib/index.ts' },
  // Transpiles only; `npm run check:types` checks the types.
  transform: {
    '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json' }],
    '/@platformatic/kafka/dist/index\\.js$': '<rootDir>/test/support/esm-package.mjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!@platformatic/kafka/dist/index\\.js)'],
};
