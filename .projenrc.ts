import { cdk8s, javascript, typescript } from 'projen';

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
  devDeps: ['@grafana/schema', '@grpc/grpc-js', '@types/node@^20', 'cdk8s-cli', 'cli-table3', 'fast-check', 'yaml'],
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22',
  workflowBootstrapSteps: [{ name: 'Setup Go', uses: 'actions/setup-go@v6', with: { 'go-version-file': 'verifier/go.mod' } }],

  // `imports` stands beside `src`, so the compiler's root is the project's.
  entrypoint: 'lib/src/index.js',
  // Without source maps the package loads in half the time; its code is as readable as its source.
  tsconfig: { compilerOptions: { rootDir: '.', inlineSourceMap: false, inlineSources: false }, include: ['imports/**/*.ts'] },
  tsconfigDev: { include: ['../cli/src/**/*.ts', '../cli/test/**/*.ts', '../examples/**/*.ts', '../bench/**/*.ts', '../projenrc/**/*.ts', '../verifier/npm/*.ts', '../.projenrc.ts'] },
  sampleCode: false,

  jestOptions: {
    jestVersion: '^29',
    jestConfig: {
      maxWorkers: '100%',
      coveragePathIgnorePatterns: ['/node_modules/', '/imports/'],
      collectCoverageFrom: ['src/**/*.ts'],
      testPathIgnorePatterns: ['/test/lab/'], // has a run of its own
      moduleNameMapper: { '^cdk8s-istio$': '<rootDir>/src', '^cdk8s-istio/testing$': '<rootDir>/src/testing' },
      globalSetup: '<rootDir>/test/istio/global-setup.ts',
      setupFilesAfterEnv: ['<rootDir>/test/istio/matchers.ts'],
    },
  },
  eslintOptions: { dirs: ['src'], devdirs: ['cli/src', 'cli/test', 'test', 'projenrc', 'examples', 'bench', 'verifier/npm'], commandOptions: { fix: false } },

  publishToPypi: { distName: 'cdk8s-istio', module: 'cdk8s_istio' },
  publishToMaven: {
    javaPackage: 'io.github.cdk8s_istio',
    mavenGroupId: 'io.github.cdk8s-istio',
    mavenArtifactId: 'cdk8s-istio',
  },
  publishToGo: { moduleName: 'github.com/cdk8s-istio/cdk8s-istio-go' },
  gitignore: ['.cache/', 'examples/*/dist/', '/verifier/*.test'],
});

project.package.addField('types', 'lib/src/index.d.ts'); // projen's jsii project resets the constructor's option
// With `exports` the examples import the package by its own name, as a user does.
project.package.addField('exports', {
  '.': { types: './lib/src/index.d.ts', default: './lib/src/index.js' },
  './testing': { types: './lib/src/testing.d.ts', default: './lib/src/testing.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
// For TypeScript that does not read `exports`.
project.package.addField('typesVersions', { '*': { testing: ['./lib/src/testing.d.ts'] } });
// Not all platforms of the newer release can be had yet, and `npm ci` wants the lock file to have them all.
project.package.addField('overrides', { 'unrs-resolver': '1.12.2', 'cdk8s-istio': 'file:.' });
project.npmignore?.exclude('/imports/', '/.cache/', '/bench/', '/cli/', '/docs/', '/examples/', '/verifier/', '/.ci/');
project.eslint?.addIgnorePattern('imports/');
// Examples and the benchmark import the library as its users do, by its name.
project.eslint?.addOverride({ files: ['examples/**'], rules: { 'import/order': 'off' } });
project.eslint?.addOverride({ files: ['examples/**', 'bench/**'], rules: { 'import/no-extraneous-dependencies': 'off' } });
// The rooms of src/ and what each may not import: arrows point from patterns to constructs to bindings.
project.eslint?.addRules({
  'import/no-restricted-paths': ['error', {
    zones: [
      { target: './src/private', from: './src', except: ['./private'] },
      { target: './src/resource.ts', from: './src', except: ['./private', './checks'] },
      { target: './src/traffic', from: './src', except: ['./private', './resource.ts', './traffic'] },
      { target: './src/policy-target.ts', from: './src', except: ['./private', './traffic/service-ref.ts'] },
      { target: './src/security', from: './src', except: ['./private', './resource.ts', './policy-target.ts', './traffic/service-ref.ts', './security'] },
      { target: './src/mesh-version.ts', from: './src', except: ['./private'] },
      { target: './src/telemetry', from: './src', except: ['./private', './resource.ts', './policy-target.ts', './traffic', './telemetry'] },
      { target: './src/extension', from: './src', except: ['./private', './resource.ts', './policy-target.ts', './traffic', './extension'] },
      { target: './src/workload', from: './src', except: ['./private', './traffic', './workload'] },
      { target: './src/patterns', from: './src', except: ['./private', './resource.ts', './policy-target.ts', './traffic', './security', './telemetry', './extension', './workload', './patterns'] },
      { target: './src/observability', from: './src', except: ['./private', './resource.ts', './traffic', './telemetry', './install', './observability'] },
      { target: './src/observability', from: './imports' },
      { target: './src/install', from: './src', except: ['./private', './resource.ts', './policy-target.ts', './mesh-version.ts', './traffic', './telemetry', './workload', './patterns', './install'] },
      { target: './src/delivery', from: './src', except: ['./private', './resource.ts', './checks', './traffic', './workload', './observability', './patterns', './delivery'] },
      { target: './src/checks', from: './src', except: ['./private', './checks'] },
      { target: './src/checks', from: './imports' },
      { target: './src/patterns', from: './imports' },
    ],
  }],
});
project.annotateGenerated('/imports/*.ts');
project.annotateGenerated('/imports/crds/istio.yaml');
project.annotateGenerated('/test/documented/objects/*.yaml');
// The lock file names versions and hashes, not the mirror that somebody installed from.
new javascript.NpmConfig(project).addConfig('omit-lockfile-registry-resolved', 'true');

project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20'); // Node 20 is tested here all the same

project.tasks.tryFind('docgen')!.reset('jsii-docgen -o API.md');
project.addTask('example', {
  description: 'Synthesizes examples/online-shop with the compiled library and lists what it wrote',
  steps: [
    { spawn: 'compile' },
    { exec: 'cdk8s synth --check-upgrade=false', cwd: 'examples/online-shop' },
    { exec: 'ts-node --project projenrc/tsconfig.json projenrc/print-manifests.ts examples/online-shop/dist' },
  ],
});
project.addTask('import', {
  description: 'Regenerates the CRDs, the bindings and the Go pins from imports/istio.json',
  exec: 'ts-node --project projenrc/tsconfig.json projenrc/import.ts',
});
project.addTask('parity', {
  description: 'Prints what becomes of each row of the documents that this library was made from, as its test says',
  exec: 'ts-node --project projenrc/tsconfig.json projenrc/parity.ts',
  receiveArgs: true,
});
project.addTask('docs:update', {
  description: 'Writes into the pages of docs/ the YAML that their snippets give',
  exec: 'ts-node --transpile-only --project projenrc/tsconfig.json projenrc/docs.ts',
});
project.addTask('docs:checks', {
  description: 'Writes docs/checks.md from the rules',
  exec: 'ts-node --transpile-only --project projenrc/tsconfig.json projenrc/checks-docs.ts',
});
project.addTask('documented', {
  description: 'Writes the objects that Istio documents into test/documented/objects',
  exec: 'ts-node --transpile-only --project projenrc/tsconfig.json projenrc/documented.ts',
});
project.addTask('bench', {
  description: 'Measures synthesis side by side with the raw bindings',
  steps: [{ spawn: 'compile' }, { exec: 'ts-node --transpile-only --project projenrc/tsconfig.json bench/run.ts', receiveArgs: true }],
});

project.addTask('bench:checks', {
  description: 'Measures the checks beside the printing of the same objects to YAML',
  exec: 'ts-node --transpile-only --project projenrc/tsconfig.json bench/checks.ts',
});

project.addTask('package:verifier', {
  description: "Builds the verifier's npm packages for every platform and prints their sizes",
  exec: 'ts-node --project verifier/npm/tsconfig.json verifier/npm/package-all.ts',
});

const ES_MODULES = '/node_modules/(@kubernetes/client-node|openid-client|oauth4webapi|jose)/';
const AS_COMMON_JS = new javascript.Transform('ts-jest', {
  diagnostics: false,
  tsconfig: { allowJs: true, isolatedModules: true, module: 'CommonJS', moduleResolution: 'Bundler', target: 'ES2022', esModuleInterop: true },
});

// The command line tool and its library are a package of their own, since they need a Kubernetes client; the root installs for both.
const cli = new typescript.TypeScriptProject({
  parent: project,
  outdir: 'cli',
  name: 'cdk8s-istio-cli',
  description: 'Moves canaries of Istio step by step, as long as their metrics hold; on the command line, or as a library.',
  authorName: 'The cdk8s-istio authors',
  authorEmail: 'cdk8s-istio@users.noreply.github.com',
  repository: 'https://github.com/cdk8s-istio/cdk8s-istio.git',
  license: 'Apache-2.0',
  keywords: ['istio', 'canary', 'progressive delivery', 'kubernetes', 'service mesh'],
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  typescriptVersion: '~6.0.0',
  deps: ['@kubernetes/client-node@~1.4.0', 'cdk8s@^2.70.0', 'cdk8s-istio@^0.0.0', 'cdk8s-plus-28@^2.5.6', 'commander@^14', 'constructs@^10.3.0'],
  devDeps: ['@types/node@^20', '@types/ws@^8'],
  bin: { 'cdk8s-istio': 'lib/main.js' },
  sampleCode: false,
  depsUpgrade: false,
  // Its dependencies are ES modules, which Node 20 does not let CommonJS require; jest has them as CommonJS all the same.
  tsconfig: { compilerOptions: { module: 'NodeNext', moduleResolution: javascript.TypeScriptModuleResolution.NODE_NEXT, target: 'ES2022', lib: ['es2022'], inlineSourceMap: false, inlineSources: false } },
  eslint: false,
  jestOptions: {
    jestVersion: '^29',
    junitReporting: false,
    configFilePath: 'jest.config.json',
    jestConfig: {
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      collectCoverage: false,
      testTimeout: 60_000,
      maxWorkers: 2, // a lab each
      globalSetup: '<rootDir>/../test/lab/global-setup.ts',
      moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^cdk8s-istio$': '<rootDir>/../src' },
      transform: {
        '^.+\\.[t]sx?$': AS_COMMON_JS,
        [`${ES_MODULES}.*\\.js$`]: AS_COMMON_JS,
      },
      transformIgnorePatterns: [ES_MODULES.replace('(', '(?!(').replace(')/', ')/)')],
    },
  },
  readme: { contents: '# cdk8s-istio-cli\n' },
});
cli.package.addField('type', 'module');
cli.package.installTask.reset();
cli.package.installCiTask.reset();
project.package.addField('workspaces', ['cli']);
const compileCli = project.addTask('compile:cli', {
  description: 'Compiles the command line tool, which needs the compiled library',
  exec: 'tsc --project cli/tsconfig.json',
});
const testCli = project.addTask('test:cli', {
  description: 'Tests the command line tool and its library, on a real API server',
  cwd: 'cli',
  exec: 'jest --ci',
  receiveArgs: true,
});

const types = project.addTask('test:types', {
  description: 'Checks the types of tests, examples and benchmarks: some mistakes of users are compile errors, and stay so',
  exec: 'tsc -p test/tsconfig.json',
});
const generated = project.addTask('test:generated', {
  description: 'Fails when a generated file is not what its generator makes',
  exec: 'ts-node --project projenrc/tsconfig.json projenrc/check-generated.ts',
});
const verifier = project.addTask('test:verifier', {
  description: "Tests the verifier, with Istio's own packages as the judge",
  cwd: 'verifier',
  exec: 'go vet ./... && go run gotest.tools/gotestsum@v1.13.0 --format pkgname -- ./...',
});
const node22 = project.addTask('test:node22', {
  description: 'Runs the tests on the newest supported Node',
  exec: "npx --yes --package=node@22.23.3 --call 'node --version && node node_modules/jest/bin/jest.js --ci --coverage=false'",
});
const lab = project.addTask('test:lab', {
  description: 'Applies charts to a real API server, and sends real requests through what istiod and Envoy make of them',
  env: { JEST_JUNIT_OUTPUT_NAME: 'lab.xml' },
  exec: "jest --testMatch='<rootDir>/test/lab/**/*.test.ts' --testPathIgnorePatterns=/node_modules/ --globalSetup=./test/lab/global-setup.ts --ci --coverage=false --maxWorkers=2 --testTimeout=60000",
  receiveArgs: true,
});
project.addTask('lab', {
  description: 'Brings up the lab with examples/online-shop in it, to play with',
  steps: [{ spawn: 'compile' }, { exec: 'ts-node --transpile-only --project test/tsconfig.json test/lab/play.ts', receiveArgs: true }],
});
const fields = project.addTask('test:fields', {
  description: "Fails when a field of Istio's CRDs is neither set by a typed property in a test nor named with its reason; reads what jest left",
  exec: 'ts-node --project projenrc/tsconfig.json projenrc/coverage-fields.ts',
});
project.addTask('coverage:fields', {
  description: "Runs the tests and tells which fields of Istio's CRDs they set by typed properties",
  steps: [{ exec: 'jest --ci --coverage=false' }, { spawn: 'test:fields' }],
});
const test = project.testTask;
test.reset();
test.env('FAST_CHECK_SEED', '2121159503'); // the same random objects every time; plain `npx jest` draws others
test.spawn(project.compileTask);
test.spawn(compileCli);
test.spawn(types);
test.spawn(generated);
test.exec('jest --ci --coverage=false', { receiveArgs: true }); // measuring coverage takes twice the time, and `npx jest` does
test.spawn(fields);
test.spawn(node22);
test.spawn(verifier);
test.spawn(lab);
test.spawn(testCli);
test.spawn(project.tasks.tryFind('eslint')!);
project.synth();
