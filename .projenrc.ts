import { cdk8s, javascript } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-istio',
  description: 'Typed cdk8s constructs for Istio: write the mesh in code, get YAML that is right before it reaches a cluster.',
  author: 'The cdk8s-istio authors',
  authorAddress: 'cdk8s-istio@users.noreply.github.com',
  repositoryUrl: 'https://github.com/cdk8s-istio/cdk8s-istio.git',
  license: 'Apache-2.0',
  keywords: ['cdk8s', 'istio', 'service mesh', 'kubernetes', 'envoy', 'canary'],
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,

  bumpPackage: 'commit-and-tag-version@^12', // the newest that runs on Node 20

  // Peers are held at the lowest version that works; the jsii compiler runs against exactly that.
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.3.0',
  peerDeps: ['cdk8s-plus-28@^2.5.6'],
  bundledDeps: ['re2js'],
  devDeps: ['@types/node@^20', 'cdk8s-cli', 'cli-table3', 'yaml'],
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22',

  // `imports` stands beside `src`, so the compiler's root is the project's.
  entrypoint: 'lib/src/index.js',
  tsconfig: { compilerOptions: { rootDir: '.' }, include: ['imports/**/*.ts'] },
  sampleCode: false,

  jestOptions: {
    jestVersion: '^29',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      coveragePathIgnorePatterns: ['/node_modules/', '/imports/'],
      collectCoverageFrom: ['src/**/*.ts'],
      moduleNameMapper: { '^cdk8s-istio$': '<rootDir>/src' },
      globalSetup: '<rootDir>/test/istio/global-setup.ts',
      setupFilesAfterEnv: ['<rootDir>/test/istio/matchers.ts'],
    },
  },
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'projenrc', 'examples', 'bench'], commandOptions: { fix: false } },

  publishToPypi: { distName: 'cdk8s-istio', module: 'cdk8s_istio' },
  publishToMaven: {
    javaPackage: 'io.github.cdk8s_istio',
    mavenGroupId: 'io.github.cdk8s-istio',
    mavenArtifactId: 'cdk8s-istio',
  },
  publishToGo: { moduleName: 'github.com/cdk8s-istio/cdk8s-istio-go' },
  gitignore: ['.cache/', 'examples/*/dist/'],
});

project.package.addField('types', 'lib/src/index.d.ts'); // projen's jsii project resets the constructor's option
// With `exports` the examples import the package by its own name, as a user does.
project.package.addField('exports', {
  '.': { types: './lib/src/index.d.ts', default: './lib/src/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
project.npmignore?.exclude('/imports/', '/.cache/', '/bench/', '/docs/', '/examples/', '/verifier/', '/.ci/');
project.eslint?.addIgnorePattern('imports/');
project.annotateGenerated('/imports/*.ts');
project.annotateGenerated('/imports/crds/istio.yaml');
// The lock file names versions and hashes, not the mirror that somebody installed from.
new javascript.NpmConfig(project).addConfig('omit-lockfile-registry-resolved', 'true');

project.tasks.tryFind('docgen')!.reset('jsii-docgen -o API.md');
project.addTask('import', {
  description: 'Regenerates the CRDs, the bindings and the Go pins from imports/istio.json',
  exec: 'ts-node --project projenrc/tsconfig.json projenrc/import.ts',
});
project.synth();
