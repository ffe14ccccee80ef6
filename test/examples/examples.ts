import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Testing } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { Checks } from '../../src';
import { verify } from '../istio/verifier';

/** An app that is written nowhere, built as the main.ts of an example builds it. */
export function built(build: (app: App) => unknown): App {
  const app = Testing.app();
  build(app);
  return app;
}

/** All objects in the text of YAML documents. */
export function objectsIn(text: string): any[] {
  return parseAllDocuments(text).map((document) => document.toJS()).filter((object) => object !== null);
}

/** What `kubectl apply -f` takes from a directory and those in it, in its order. */
export function applied(directory: string): any[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.k8s.yaml'));
  return files.sort().flatMap((file) => objectsIn(readFileSync(join(directory, file), 'utf8')));
}

/** All manifests that an app writes. Our checks run, and throw what is wrong. */
export function manifests(app: App): any[] {
  app.synth();
  return applied(app.outdir);
}

const WORKLOADS = ['Deployment', 'Service', 'ServiceAccount', 'Namespace'];

/** What a reviewer of a mesh reads: all but the workloads. */
export function mesh(all: any[]): any[] {
  return all.filter(({ kind }) => !WORKLOADS.includes(kind));
}

/** What our checks find in an app, advice included. */
export function findings(app: App): string[] {
  return Checks.of(app).findings().map(({ level, rule, kind, name, message }) => `${level} ${rule}: ${kind} ${name}: ${message}`);
}

/** What Istio's own code finds, of any level, except that something is missing that stands outside of the manifests. */
export function istioFindings(all: object[]): string[] {
  return verify(all).filter(({ external }) => !external)
    .map(({ level, verdict, code, kind, name, message }) => `${level} ${code ?? verdict}: ${kind} ${name}: ${message}`);
}
