/** W(n) by the constructs of this library. */
import { Chart, Duration } from 'cdk8s';
import {
  AuthorizationAction, AuthorizationPolicy, CheckLevel, Checks, Destination, DestinationRule, GatewayServer, HttpMatch, HttpRoute, IstioGateway,
  MutualTlsMode,
  PeerAuthentication, PolicyTarget, RetryOn, RetryPolicy, ServerTls, ServiceRef, StringMatch,
  VirtualService,
} from 'cdk8s-istio';
import { run } from './program';
import { Service } from './workload';

run(traffic, security, (app) => process.env.BENCH_CHECKS === 'off' && Checks.of(app).setLevel('*', CheckLevel.OFF));

function traffic(chart: Chart, { name, namespace, publicHost, canary: header, port }: Service): void {
  const gateway = new IstioGateway(chart, `${name}-gateway`, {
    metadata: { name, namespace },
    servers: [GatewayServer.https([publicHost], { portName: 'https', tls: ServerTls.simple({ credentialName: `${name}-cert` }) })],
  });
  const rule = new DestinationRule(chart, `${name}-rule`, {
    metadata: { name, namespace },
    service: ServiceRef.fromName(name, { namespace, ports: [port] }),
    trafficPolicy: {
      connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 100 } },
      outlierDetection: { consecutive5xxErrors: 5, interval: Duration.seconds(10), baseEjectionTime: Duration.seconds(30) },
    },
    subsets: [{ name: 'stable', labels: { version: 'v1' } }, { name: 'canary', labels: { version: 'v2' } }],
  });
  const stable = Destination.subset(rule.subset('stable'), { port });
  const canary = Destination.subset(rule.subset('canary'), { port });
  new VirtualService(chart, `${name}-routes`, {
    metadata: { name, namespace },
    hosts: [publicHost],
    gateways: [gateway],
    http: [
      HttpRoute.forward(canary, {
        match: [HttpMatch.of({ uri: StringMatch.prefix('/api'), headers: { 'x-canary': StringMatch.exact(header) } })],
        timeout: Duration.seconds(5),
        retries: RetryPolicy.of({ attempts: 3, perTry: Duration.seconds(2), on: [RetryOn.SERVER_ERROR, RetryOn.RESET] }),
      }),
      HttpRoute.split([{ destination: stable, weight: 90 }, { destination: canary, weight: 10 }]),
    ],
  });
}

function security(chart: Chart, { name, namespace }: Service): void {
  new AuthorizationPolicy(chart, `${name}-authorization`, {
    metadata: { name, namespace },
    target: PolicyTarget.workloads({ app: name }),
    action: AuthorizationAction.ALLOW,
    rules: [{
      from: [{ principals: ['cluster.local/ns/istio-system/sa/istio-ingressgateway'] }],
      to: [{ methods: ['GET', 'POST'], paths: ['/api*'] }],
    }],
  });
  new PeerAuthentication(chart, `${name}-mtls`, { metadata: { name, namespace }, selector: { app: name }, mtls: MutualTlsMode.STRICT });
}
