import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart, Include, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { IConstruct } from 'constructs';
import { verify } from '../istio/verifier';

/** What Istio's analyzer says of labels and annotations: misplaced, unknown, invalid, two ways into the mesh, deprecated. */
const CODES = ['IST0107', 'IST0108', 'IST0123', 'IST0125', 'IST0135'];

/** The messages of Istio's analyzer on labels and annotations of the chart's objects and of the pods that they make. */
export function remarks(chart: Chart): string[] {
  return remarksOn(Testing.synth(chart));
}

export function remarksOn(manifests: object[]): string[] {
  return verify(manifests, ['analyze']).filter(({ code }) => CODES.includes(code!)).map(({ code, message }) => `${code}: ${message}`);
}

export const container = { name: 'app', image: 'app:1' };

/** A Deployment of no class but ApiObject. */
export function rawDeployment(chart: Chart, template: object = {}, id = 'Orders'): ApiObject {
  return new ApiObject(chart, id, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'orders' } }, template: { metadata: { labels: { app: 'orders' } }, spec: { containers: [container] }, ...template } },
  });
}

export function plusDeployment(chart: Chart, props: kplus.DeploymentProps = {}): kplus.Deployment {
  return new kplus.Deployment(chart, 'Orders', { metadata: { name: 'orders', namespace: 'shop' }, containers: [{ image: 'app:1' }], ...props });
}

export function rawNamespace(chart: Chart, labels: Record<string, string> = {}): ApiObject {
  return new ApiObject(chart, 'Shop', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
}

export function rawService(chart: Chart, spec: object = {}): ApiObject {
  return new ApiObject(chart, 'Service', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop' }, spec: { ports: [{ name: 'http', port: 80 }], selector: { app: 'orders' }, ...spec },
  });
}

export function rawServiceEntry(chart: Chart): ApiObject {
  return new ApiObject(chart, 'Entry', {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { hosts: ['api.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' },
  });
}

export function rawWorkloadEntry(chart: Chart): ApiObject {
  return new ApiObject(chart, 'Machine', {
    apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'machine', namespace: 'shop' }, spec: { address: '10.0.0.1' },
  });
}

export function rawGateway(chart: Chart, kind = 'Gateway'): ApiObject {
  return new ApiObject(chart, kind, { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'waypoint' }, spec: {} });
}

/** The objects of a YAML file. */
export function included(chart: Chart, yaml: string): IConstruct {
  const folder = mkdtempSync(join(tmpdir(), 'workload-'));
  writeFileSync(join(folder, 'app.yaml'), yaml);
  const { apiObjects } = new Include(chart, 'Include', { url: join(folder, 'app.yaml') });
  rmSync(folder, { recursive: true });
  return apiObjects[0];
}

/** The labels and annotations of the pod template of the chart's only object. */
export function podMetadata(chart: Chart): { labels: Record<string, string>; annotations: Record<string, string> } {
  const { metadata } = Testing.synth(chart)[0].spec.template;
  return { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
}
