/**
 * Builds the verifier for every platform and lays out its npm packages in dist/verifier: one that finds and runs the program,
 * and an optional one for each platform that brings it. Prints their sizes; publishes nothing.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { executable, platformPackage } from './client';

const root = join(__dirname, '..', '..');
const out = join(root, 'dist', 'verifier');
const { version, license, repository, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Go's and Node's names for the platforms. */
const PLATFORMS: [goos: string, platform: string][] = [['linux', 'linux'], ['darwin', 'darwin'], ['windows', 'win32']];
const ARCHS: [goarch: string, arch: string][] = [['amd64', 'x64'], ['arm64', 'arm64']];

function writePackage(folder: string, fields: object): void {
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ version, license, repository, ...fields }, undefined, 2)}\n`);
}

function packagePlatform([goos, platform]: [string, string], [goarch, arch]: [string, string]): { name: string; bytes: number; packed: number } {
  const name = platformPackage(platform, arch);
  const folder = join(out, name);
  const program = join(folder, 'bin', executable(platform));
  mkdirSync(join(folder, 'bin'), { recursive: true });
  execFileSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', program, '.'], {
    cwd: join(root, 'verifier'), stdio: 'inherit', env: { ...process.env, GOOS: goos, GOARCH: goarch, CGO_ENABLED: '0' },
  });
  chmodSync(program, 0o755);
  writePackage(folder, { name, description: `The verifier of cdk8s-istio for ${platform} on ${arch}`, os: [platform], cpu: [arch], files: ['bin'] });
  return { name, bytes: statSync(program).size, packed: gzipSync(readFileSync(program)).length };
}

function packageClient(names: string[]): void {
  const folder = join(out, 'cdk8s-istio-verifier');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  execFileSync('npx', ['tsc', '--ignoreConfig', '--outDir', folder, '--declaration', '--module', 'node16', '--target', 'es2022', '--types', 'node', '--skipLibCheck',
    join(root, 'verifier', 'npm', 'client.ts')], { cwd: root, stdio: 'inherit' });
  writeFileSync(join(folder, 'bin', 'cdk8s-istio-verifier'), [
    '#!/usr/bin/env node',
    "const { spawnSync } = require('node:child_process');",
    "const { findBinary } = require('../client.js');",
    "const { status, error } = spawnSync(findBinary(), process.argv.slice(2), { stdio: 'inherit' });",
    'if (error) throw error;',
    'process.exit(status ?? 1);',
    '',
  ].join('\n'), { mode: 0o755 });
  writePackage(folder, {
    name: 'cdk8s-istio-verifier',
    description: "Istio's own verdict on manifests: schema and CEL, webhook, validation and analysis",
    main: 'client.js',
    types: 'client.d.ts',
    bin: { 'cdk8s-istio-verifier': 'bin/cdk8s-istio-verifier' },
    engines,
    optionalDependencies: Object.fromEntries(names.map((name) => [name, version])),
  });
}

rmSync(out, { recursive: true, force: true });
const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const table = new Table({ head: ['package', 'program MB', 'packed MB'], colAligns: ['left', 'right', 'right'], style: { head: [], border: [] } });
const built = PLATFORMS.flatMap((platform) => ARCHS.map((arch) => {
  process.stderr.write(`building for ${platform[1]} on ${arch[1]} ...\n`);
  return packagePlatform(platform, arch);
}));
packageClient(built.map(({ name }) => name));
built.forEach(({ name, bytes, packed }) => table.push([name, megabytes(bytes), megabytes(packed)]));
process.stdout.write(`${table.toString()}\n`);
