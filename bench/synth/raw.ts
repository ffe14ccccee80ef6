/**
 * W(n) by the raw bindings.
 */
import { Chart } from 'cdk8s';
import { run } from './program';
import { rawSecurity } from './raw-security';
import { Service } from './workload';
import { DestinationRule, Gateway, GatewaySpecServersTlsMode, VirtualService } from '../../lib/imports/networking.istio.io';

run(rawTraffic, rawSecurity);

function rawTraffic(chart: Chart, { name, namespace, publicHost, canary, port }: Service): void {
  const host = `${name}.${namespace}.svc.cluster.local`;
  new Gateway(chart, `${name}-gateway`, {
    metadata: { name, namespace },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{
        port: { number: 443, name: 'https', protocol: 'HTTPS' },
        hosts: [publicHost],
        tls: { mode: GatewaySpecServersTlsMode.SIMPLE, credentialName: `${name}-cert` },
      }],
    },
  });
  new DestinationRule(chart, `${name}-rule`, {
    metadata: { name, namespace },
    spec: {
      host,
      trafficPolicy: {
        connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 100 } },
        outlierDetection: { consecutive5XxErrors: 5, interval: '10s', baseEjectionTime: '30s' },
      },
      subsets: [{ name: 'stable', labels: { version: 'v1' } }, { name: 'canary', labels: { version: 'v2' } }],
    },
  });
  new VirtualService(chart, `${name}-routes`, {
    metadata: { name, namespace },
    spec: {
      hosts: [publicHost],
      gateways: [name],
      http: [
        {
          match: [{ uri: { prefix: '/api' }, headers: { 'x-canary': { exact: canary } } }],
          route: [{ destination: { host, subset: 'canary', port: { number: port } } }],
          timeout: '5s',
          retries: { attempts: 3, perTryTimeout: '2s', retryOn: '5xx,reset' },
        },
        {
          route: [
            { destination: { host, subset: 'stable', port: { number: port } }, weight: 90 },
            { destination: { host, subset: 'canary', port: { number: port } }, weight: 10 },
          ],
        },
      ],
    },
  });
}
