/*
 * Matchers for jest: `import 'cdk8s-istio/testing'` in a test, or in `setupFilesAfterEnv`. Not part of the package's main module, and not for jsii.
 */
import { Chart } from 'cdk8s';
import { Checks } from './checks/checks';
import { CheckLevel, Finding } from './checks/finding';

/** What the matchers say of manifests, or of a chart. */
interface MeshMatchers<R> {
  /** No rule finds an error or a warning in the chart's app, or in the manifests. */
  toPassMeshChecks(): R;

  /** The rule finds something in the chart's app, or in the manifests. */
  toHaveFinding(rule: string): R;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // For the global expect, as @types/jest has it. Where that is not installed, this is all there is of it, and harms nobody.
    interface Matchers<R> extends MeshMatchers<R> {}
  }
}

// For the expect of @jest/globals. Where it is not installed, this is an error that nobody needs to see.
/** @ts-ignore */
declare module 'expect' {
  interface Matchers<R> extends MeshMatchers<R> {}
}

interface Matcher {
  readonly isNot: boolean;
}

interface Result {
  readonly pass: boolean;
  message(): string;
}

function findings(received: Chart | object[]): Finding[] {
  return Chart.isChart(received) ? Checks.of(received as Chart).findings() : Checks.run(received as object[]);
}

function lines(found: Finding[]): string {
  return found.map(({ level, rule, kind, namespace, name, path, message }) => `${level} ${rule}: ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name} ${path}: ${message}`).join('\n');
}

function toPassMeshChecks(this: Matcher, received: Chart | object[]): Result {
  const found = findings(received).filter(({ level }) => level !== CheckLevel.INFO);
  return {
    pass: found.length === 0,
    message: () => `expected the checks of the mesh to ${this.isNot ? 'find something' : 'find nothing'}\n${lines(found)}`,
  };
}

function toHaveFinding(this: Matcher, received: Chart | object[], rule: string): Result {
  const found = findings(received);
  return {
    pass: found.some((finding) => finding.rule === rule),
    message: () => `expected ${this.isNot ? 'no ' : 'a '}finding of ${rule}, got ${found.length === 0 ? 'none at all' : `\n${lines(found)}`}`,
  };
}

interface Expect {
  extend(matchers: object): void;
}

// Jest is not a dependency of this package. Its expect is a global of the tests; where they have none, jest gives it to whoever asks.
const { expect } = globalThis as { expect?: Expect };
// eslint-disable-next-line @typescript-eslint/no-require-imports, import/no-extraneous-dependencies
(expect ?? require('@jest/globals').expect as Expect).extend({ toPassMeshChecks, toHaveFinding });
