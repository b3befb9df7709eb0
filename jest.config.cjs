// Every spec runs twice, once on Express 5 and once on Express 4. A spec that cannot differ between the two
// (the package's contents, the layering of lib/, command-line tools) is named *.once.spec.ts and runs on 5 only.

// These start compilers, package managers, databases and browsers, or check texts and rows of thousands. They take half of the time, and
// the line of Node.js makes no difference to what they check, so .ci/nodes.mjs leaves them to the run on the Node.js that is installed.
const slow = process.env.WITHOUT_SLOW_SPECS
  ? [
      '<rootDir>/spec/(cli|drizzle|expression|knex|kysely|mongo|prisma)/',
      '<rootDir>/spec/docs-page/browser\\.spec\\.ts$',
      '<rootDir>/spec/(client|pagination/tokens|samples-generic|secrets|sql/limits|sql/postgres)\\.once\\.spec\\.ts$',
    ]
  : [];

const shared = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/spec/**/*.spec.ts'],
  // .cache holds unpacked copies of this very package, which Jest would report as duplicates.
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/spec/types/', ...slow],
  transform: {
    '\\.[cm]?ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { decoratorVersion: '2022-03' },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
};

const aliases = {
  '^express-viewsets$': '<rootDir>/lib/index.ts',
  '^express-viewsets/(.+)$': '<rootDir>/lib/$1/index.ts',
  // Sources import './view.js', as NodeNext asks; what is on disk is view.ts.
  '^(\\.{1,2}/.*)\\.js$': '$1',
};

module.exports = {
  // One more than the processors of a small machine: some specs wait for most of their time.
  maxWorkers: 3,
  // Generous, for slow and shared CI machines.
  testTimeout: 20_000,
  projects: [
    { ...shared, displayName: 'express5', moduleNameMapper: aliases },
    {
      ...shared,
      displayName: 'express4',
      moduleNameMapper: { ...aliases, '^express$': 'express4' },
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, '\\.once\\.spec\\.ts$'],
    },
  ],
};
