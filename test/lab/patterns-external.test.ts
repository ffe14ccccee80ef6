import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import { Backend } from './backend';
import { selfSigned, signedBy } from './certificates';
import { chart, NAMESPACE, pause } from './charts';
import { Lab } from './lab';
import { Sidecar } from './proxy';
import { ExternalService, Resilience, RetryPolicy } from '../../src';

const HOST = 'api.payments.test';

let lab: Lab;
let sidecar: Sidecar;
let apis: Backend[];

/** Endpoints in place of DNS, which does not know the host. */
const external = (resilience: Resilience) => chart((scope) => {
  const { serviceEntry } = new ExternalService(scope, 'api', { host: HOST, tlsOrigination: { retries: RetryPolicy.never() }, resilience });
  (serviceEntry as ApiObject).addJsonPatch(JsonPatch.add('/spec/endpoints', apis.map(({ address, port }) => ({ address, ports: { http: port } }))));
});

beforeAll(async () => {
  lab = await Lab.start();
  const authority = selfSigned('payments.test');
  lab.systemRoots = authority.cert;
  apis = [];
  for (const name of ['api-0', 'api-1']) {
    apis.push(await lab.backend({ namespace: 'outside', labels: { app: name }, port: 8443, tls: signedBy(authority, HOST) }));
  }
  sidecar = await lab.sidecar({ namespace: NAMESPACE });
});

beforeEach(() => apis.forEach((api) => api.reset()));
afterAll(() => lab?.stop());

describe('an ExternalService with resilience', () => {
  test('refuses calls above its limits, and adds TLS to the others', async () => {
    await lab.apply(external({ connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } }));
    await sidecar.send({ host: HOST });
    apis.forEach((api) => api.behave({ delay: 500 }));

    const { countByStatus } = await sidecar.send({ host: HOST, count: 12, concurrency: 12 });

    expect(countByStatus[200]).toBeLessThanOrEqual(4); // Envoy lets each address have a connection
    expect(countByStatus[200] + countByStatus[503]).toBe(12);
  });

  test('takes out an address that fails', async () => {
    const outlierDetection = { consecutive5xxErrors: 2, interval: Duration.millis(200), baseEjectionTime: Duration.seconds(30) };
    await lab.apply(external({ outlierDetection }));
    expect(Object.keys((await sidecar.send({ host: HOST, count: 40 })).countByBackend).sort()).toEqual(['api-0', 'api-1']);
    apis[0].behave({ status: 500 });
    await sidecar.send({ host: HOST, count: 20, concurrency: 1 });
    await pause(1_200);

    expect((await sidecar.send({ host: HOST, count: 20, concurrency: 1 })).countByBackend).toEqual({ 'api-1': 20 });
  });
});
