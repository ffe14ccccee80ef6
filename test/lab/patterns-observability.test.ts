import { readFileSync } from 'node:fs';
import { createServer, Http2Server } from 'node:http2';
import { join } from 'node:path';
import { Chart, Duration, JsonPatch, Testing } from 'cdk8s';
import { chart, NAMESPACE, pause, service } from './charts';
import { Lab } from './lab';
import { Gateway } from './proxy';
import {
  ExtensionProvider, GatewayServer, IstioGateway, LoggedRequests, MeshConfig, MeshObservability, MeshObservabilityProps, MeshService, ServiceRef,
} from '../../src';

const HOST = 'shop.example.com';
const provider = ExtensionProvider.opentelemetry('collector', { service: ServiceRef.fromName('collector', { namespace: NAMESPACE }), port: 4317 });

let lab: Lab;
let gateway: Gateway;

/** Takes spans by OpenTelemetry's protocol, and keeps their bytes. */
class Collector {
  readonly exported: string[] = [];
  private readonly server: Http2Server = createServer();

  listen(address: string, port: number): Promise<void> {
    this.server.on('stream', (stream, headers) => {
      stream.on('data', (chunk: Buffer) => this.exported.push(`${headers[':path']} ${chunk.toString('latin1')}`)).on('end', () => {
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.end(Buffer.from([0, 0, 0, 0, 0]));
      });
    });
    return new Promise((resolve) => this.server.listen(port, address, resolve));
  }

  stop(): void {
    this.server.close();
  }
}

const collector = new Collector();

/** Istio's metrics come from a filter that only its own Envoy has. */
async function reports(props: MeshObservabilityProps): Promise<void> {
  const mesh = new Chart(Testing.app(), 'mesh');
  new MeshObservability(mesh, 'Mesh', props).telemetry.addJsonPatch(JsonPatch.remove('/spec/metrics'));
  await lab.apply(mesh);
}

const logged = () => readFileSync(join(lab.directory, 'router-istio-ingressgateway.log'), 'utf8').split('\n').filter((line) => line.includes('"GET /'));

beforeAll(async () => {
  lab = await Lab.start({ meshConfig: new MeshConfig({ extensionProviders: [provider] }).toValues() });
  await lab.namespace(NAMESPACE);
  gateway = await lab.gateway();
  await lab.backend({ namespace: NAMESPACE, labels: { app: 'orders' }, port: 8080 });
  const { address } = await lab.backend({ namespace: NAMESPACE, labels: { app: 'collector' }, port: 9999 });
  await collector.listen(address, 4317);
  await lab.apply(chart((scope) => {
    service(scope, 'collector', { protocol: 'grpc', port: 4317, targetPort: 4317 });
    new MeshService(scope, 'Orders', { service: service(scope, 'orders') })
      .exposeVia(new IstioGateway(scope, 'edge', { servers: [GatewayServer.http([HOST])] }), { hosts: [HOST] });
  }));
});

afterAll(async () => {
  collector.stop();
  await lab?.stop();
});

describe('a MeshObservability', () => {
  test('sends spans to the collector, and the service learns of which trace it is', async () => {
    await reports({ traces: { provider, samplingPercentage: 100 } });

    const { all } = await gateway.send({ host: HOST, path: '/traced', count: 20 });
    const traces = all.map(({ echo }) => `${echo?.headers.traceparent}`.split('-')[1]);
    expect(new Set(traces).size).toBe(20);
    await until(() => collector.exported.length > 0);
    expect(collector.exported[0]).toContain('/opentelemetry.proto.collector.trace.v1.TraceService/Export');
    expect(collector.exported.some((bytes) => traces.some((trace) => bytes.includes(Buffer.from(trace, 'hex').toString('latin1'))))).toBe(true);
  });

  test('traces a share', async () => {
    await reports({ traces: { provider, samplingPercentage: 0 } });

    const { all } = await gateway.send({ host: HOST, count: 20 });
    expect(new Set(all.map(({ echo }) => `${echo?.headers.traceparent}`.split('-')[3]))).toEqual(new Set(['00'])); // not sampled
  });

  test('logs the requests that failed or were slow, and no others', async () => {
    await reports({ accessLogs: [{ requests: LoggedRequests.failedOrSlowerThan(Duration.millis(300)) }] });
    const orders = lab.backendNamed('orders');
    await gateway.send({ host: HOST, path: '/fine', count: 5 });
    orders.behaveNext({ status: 500 });
    await gateway.send({ host: HOST, path: '/failed' });
    orders.behaveNext({ delay: 600 });
    await gateway.send({ host: HOST, path: '/slow' });
    await gateway.send({ host: 'nobody.example.com', path: '/unknown' });

    await until(() => logged().some((line) => line.includes('/slow')));
    expect(['fine', 'failed', 'slow', 'unknown'].map((path) => logged().filter((line) => line.includes(`"GET /${path} `)).length)).toEqual([0, 1, 1, 0]);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let times = 0; !isTrue() && times < 100; times++) {
    await pause(100);
  }
}
