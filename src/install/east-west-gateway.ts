import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Destination } from '../traffic/destination';
import { GatewayServer } from '../traffic/gateway-server';
import { IstioGateway } from '../traffic/istio-gateway';
import { ServerTls } from '../traffic/server-tls';
import { ServiceRef } from '../traffic/service-ref';
import { TlsRoute } from '../traffic/tls-route';
import { VirtualService } from '../traffic/virtual-service';

/** The name of the release, and of its Service. */
export const EAST_WEST = 'istio-eastwestgateway';

interface Place {
  readonly namespace: string;
  readonly selector: Record<string, string>;
}

/** Lets other networks reach all services of the cluster, by the server names of mutual TLS, which stays as it is. */
export function exposeServices(scope: Construct, { namespace, selector }: Place): void {
  new IstioGateway(scope, 'CrossNetwork', {
    metadata: { name: 'cross-network-gateway', namespace },
    selector,
    servers: [GatewayServer.tls(['*.local'], { port: 15443, portName: 'tls', tls: ServerTls.autoPassthrough() })],
  });
}

/** The ports of istiod at the gateway, and at its Service. */
const ISTIOD = [{ name: 'tls-istiod', from: 15012, to: 15012 }, { name: 'tls-istiodwebhook', from: 15017, to: 443 }];

/** Lets the proxies and API servers of remote clusters reach istiod. */
export function exposeIstiod(scope: Construct, istiod: string, { namespace, selector }: Place): void {
  const service = ServiceRef.fromName(istiod, { namespace, ports: ISTIOD.map(({ to }) => to) });
  const gateway = new IstioGateway(scope, 'IstiodGateway', {
    metadata: { name: 'istiod-gateway', namespace },
    selector,
    servers: ISTIOD.map(({ name, from }) => GatewayServer.tls(['*'], { port: from, portName: name, tls: ServerTls.passthrough() })),
  });
  new VirtualService(scope, 'Istiod', {
    metadata: { name: 'istiod-vs', namespace },
    hosts: ['*'],
    gateways: [gateway],
    tls: ISTIOD.map(({ from, to }) => TlsRoute.forward(Destination.service(service, { port: to }), { match: [{ port: from, sniHosts: ['*'] }] })),
  });
}

/** The way into a network of the ambient mode, which istiod runs by itself. */
export function ambientGateway(scope: Construct, namespace: string, network: string): void {
  new ApiObject(scope, 'EastWestGateway', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: EAST_WEST, namespace, labels: { 'topology.istio.io/network': network } },
    spec: {
      gatewayClassName: 'istio-east-west',
      listeners: [{
        name: 'mesh', port: 15008, protocol: 'HBONE', tls: { mode: 'Terminate', options: { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' } },
      }],
    },
  });
}
