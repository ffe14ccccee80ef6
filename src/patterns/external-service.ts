import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { callerOf, ICaller } from './caller';
import { EgressGateway } from './egress-gateway';
import { DestinationProtocol, Resilience, ResilientDestination } from './resilient-destination';
import { SharedTraffic } from './shared-traffic';
import { instance, noUnknown, object, port as portNumber, show } from '../private/check';
import { hostname } from '../private/names';
import { given } from '../private/render';
import { ClientTls } from '../traffic/client-tls';
import { Destination } from '../traffic/destination';
import { ExportTo } from '../traffic/export-to';
import { HttpMatch } from '../traffic/http-match';
import { HttpForwardOptions, HttpRoute } from '../traffic/http-route';
import { IstioGateway } from '../traffic/istio-gateway';
import { PortProtocol } from '../traffic/port-protocol';
import { RetryPolicy } from '../traffic/retry-policy';
import { ServiceEntry, ServiceEntryPort, ServiceLocation } from '../traffic/service-entry';
import { ServiceRef } from '../traffic/service-ref';
import { ServiceResolution } from '../traffic/service-resolution';
import { TcpRoute } from '../traffic/tcp-route';
import { TlsRoute } from '../traffic/tls-route';
import { PortTrafficPolicy } from '../traffic/traffic-policy';
import { VirtualServiceProps } from '../traffic/virtual-service';

/**
 * TLS that the mesh adds to the plain HTTP of the application.
 */
export interface TlsOrigination {
  /**
   * The port at which the application calls the host by plain HTTP, 1 to 65535.
   *
   * @default 80
   */
  readonly port?: number;

  /**
   * How the host is verified, and by which certificate the mesh is known to it.
   *
   * @default - the host's certificate must be for its name, and signed by an authority that the proxy's system trusts
   */
  readonly tls?: ClientTls;

  /**
   * How long a request may take, retries included; at least 1 ms.
   *
   * @default Duration.seconds(15)
   */
  readonly timeout?: Duration;

  /**
   * When and how often failed requests are tried again.
   *
   * @default RetryPolicy.unprocessed(), which repeats only what certainly was not executed
   */
  readonly retries?: RetryPolicy;
}

/**
 * Properties of an `ExternalService`.
 */
export interface ExternalServiceProps {
  /**
   * The DNS name of the service, without wildcard.
   */
  readonly host: string;

  /**
   * The port at which the service takes TLS, 1 to 65535.
   *
   * @default 443
   */
  readonly port?: number;

  /**
   * Lets the application speak plain HTTP, and the mesh add TLS: then routes, timeouts, retries and metrics of requests work.
   *
   * @default - the application speaks TLS itself, which nobody looks into
   */
  readonly tlsOrigination?: TlsOrigination;

  /**
   * Limits on calls to the service, and when addresses of it that fail are taken out: the defaults of a `ResilientDestination`, but for what is given,
   * which may be `{}`. With `tlsOrigination` for HTTP, else for TCP.
   *
   * @default - no limits
   */
  readonly resilience?: Resilience;

  /**
   * The gateway through which calls leave the mesh.
   *
   * @default - they leave from each pod
   */
  readonly through?: EgressGateway;

  /**
   * The namespaces that know the service.
   *
   * @default ExportTo.OWN_NAMESPACE: a service that others should know, they should name
   */
  readonly exportTo?: ExportTo;
}

/**
 * A service outside the mesh that the mesh knows: it can be called where only known hosts can, and it has metrics.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/
 */
export class ExternalService extends Construct {
  /**
   * The ServiceEntry, by which the service is named in routes.
   */
  public readonly serviceEntry: ServiceEntry;

  private readonly through?: EgressGateway;
  private readonly host: string;

  /**
   * Makes the service known.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props its host, and how it is called
   * @throws when another pattern has written the resources of the host, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: ExternalServiceProps) {
    super(scope, id);
    const { host, port = 443, tlsOrigination, resilience, through, exportTo = ExportTo.OWN_NAMESPACE, ...rest } = object('the properties of the ExternalService', props);
    noUnknown('ExternalService', rest);
    this.host = plainHost(host);
    this.through = given(through, (gateway) => instance('through', gateway, EgressGateway, 'new EgressGateway(chart, "Egress")'));
    portNumber('the port of the ExternalService', port);
    const origination = given(tlsOrigination, originated);
    const ports: ServiceEntryPort[] = [
      ...origination ? [{ number: origination.port, name: 'http', protocol: PortProtocol.HTTP, targetPort: this.through ? undefined : port }] : [],
      ...origination && !this.through ? [] : [{ number: port, name: 'tls', protocol: origination ? PortProtocol.HTTPS : PortProtocol.TLS }],
    ];
    this.serviceEntry = new ServiceEntry(this, 'ServiceEntry', {
      metadata: { name: host }, hosts: [host], ports, resolution: ServiceResolution.dns(), location: ServiceLocation.MESH_EXTERNAL, exportTo,
    });

    if (origination) {
      // Beside sni Istio verifies a name only if it is given one. The system's authorities are its default, said aloud for its analysis.
      const tls = origination.tls ?? ClientTls.simple({ sni: host, subjectAltNames: [host], caCertificates: 'system' });
      this.writeRule(exportTo, resilience, [{ port: this.through ? port : origination.port, tls }]);
      this.route(exportTo, { http: this.httpRoutes(origination.port, port, origination.limits) });
    } else {
      this.writeRule(exportTo, resilience);
      given(this.through, (gateway) => this.route(exportTo, this.tlsRoutes(gateway, port)));
    }
  }

  /**
   * Lets a caller out to the service, through its egress gateway. Who was let out nowhere is refused there from now on.
   *
   * @param caller who calls: a service of the mesh with a service account, or a `Caller`
   * @throws when there is no egress gateway, which is what would refuse
   */
  public allowFrom(caller: ICaller): void {
    if (this.through === undefined) {
      throw new Error(`${this.host} is called from each pod, expected an egress gateway, where calls can be refused; set through`);
    }
    this.through._allow(callerOf(caller), this.host);
  }

  private writeRule(exportTo: ExportTo, resilience: Resilience | undefined, ports: PortTrafficPolicy[] = []): void {
    const common = { service: this.serviceEntry, exportTo };
    if (resilience !== undefined) {
      const { connectionPool, outlierDetection, loadBalancer, ...rest } = object('resilience', resilience);
      noUnknown('resilience', rest);
      const protocol = ports.length > 0 ? DestinationProtocol.HTTP : DestinationProtocol.TCP;
      new ResilientDestination(this, 'Destination', { ...common, protocol, connectionPool, outlierDetection, loadBalancer, ports });
    } else if (ports.length > 0) {
      SharedTraffic.of(this).destinationRule(this, { ...common, trafficPolicy: { portLevelSettings: ports } }, 'give that one "resilience"');
    }
  }

  private route(exportTo: ExportTo, routes: VirtualServiceProps): void {
    const gateways = this.through && [IstioGateway.MESH, this.through.gateway];
    SharedTraffic.of(this).virtualService(this, ServiceRef.of(this.serviceEntry), { ...routes, gateways, exportTo });
  }

  /** Requests of the mesh go to the gateway, which adds TLS; or without one the sidecar does. */
  private httpRoutes(plain: number, secure: number, limits: HttpForwardOptions): HttpRoute[] {
    if (this.through === undefined) {
      return [HttpRoute.forward(Destination.service(this.serviceEntry, { port: plain }), limits)];
    }
    const inside = HttpMatch.of({ gateways: [IstioGateway.MESH], port: plain });
    const outside = HttpMatch.of({ gateways: [this.through.gateway], port: 443 });
    return [
      HttpRoute.forward(this.through._open(this.host, true), { match: [inside], ...limits }),
      HttpRoute.forward(Destination.service(this.serviceEntry, { port: secure }), { match: [outside], retries: RetryPolicy.never() }),
    ];
  }

  /** The application's TLS goes through mutual TLS to the gateway, which takes off its own layer and no more. */
  private tlsRoutes(through: EgressGateway, port: number): VirtualServiceProps {
    const inside = { gateways: [IstioGateway.MESH], port, sniHosts: [this.host] };
    return {
      tls: [TlsRoute.forward(through._open(this.host, false), { match: [inside] })],
      tcp: [TcpRoute.forward(Destination.service(this.serviceEntry, { port }), { match: [{ gateways: [through.gateway], port: 443 }] })],
    };
  }
}

function plainHost(host: string): string {
  if (hostname('the host of the ExternalService', host).startsWith('*')) {
    throw new Error(`the host of the ExternalService is ${show(host)}, expected one without wildcard, whose address DNS knows; use a ServiceEntry for a wildcard`);
  }
  return host;
}

function originated(origination: TlsOrigination) {
  const { port = 80, tls, timeout, retries, ...rest } = object('tlsOrigination', origination);
  noUnknown('tlsOrigination', rest);
  return {
    port: portNumber('the port of tlsOrigination', port),
    tls: given(tls, (value) => instance('the tls of tlsOrigination', value, ClientTls, 'ClientTls.simple()')),
    limits: { timeout: timeout ?? Duration.seconds(15), retries: retries ?? RetryPolicy.unprocessed() },
  };
}
