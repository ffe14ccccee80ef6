import { Construct } from 'constructs';
import { Caller } from './caller';
import { SharedTraffic } from './shared-traffic';
import { PolicyTarget } from '../policy-target';
import { noUnknown, object, optionalText } from '../private/check';
import { dnsLabel } from '../private/names';
import { AuthorizationCondition } from '../security/authorization-condition';
import { AuthorizationPolicy } from '../security/authorization-policy';
import { ClientTls } from '../traffic/client-tls';
import { Destination } from '../traffic/destination';
import { DestinationRule } from '../traffic/destination-rule';
import { GatewayServer } from '../traffic/gateway-server';
import { IstioGateway } from '../traffic/istio-gateway';
import { ServerTls } from '../traffic/server-tls';
import { ServiceRef } from '../traffic/service-ref';

/**
 * Properties of an `EgressGateway`: where its pods are, which are installed elsewhere.
 */
export interface EgressGatewayProps {
  /**
   * The name of the gateway's Kubernetes service.
   *
   * @default "istio-egressgateway"
   */
  readonly serviceName?: string;

  /**
   * The namespace of the gateway's pods and service.
   *
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * The labels of the gateway's pods.
   *
   * @default { istio: "egressgateway" }
   */
  readonly selector?: Record<string, string>;
}

const PORT = 443;

/**
 * A gateway through which calls leave the mesh, so that they leave from known addresses, and only where somebody was let out.
 *
 * Sidecars reach it by mutual TLS, which tells it who calls. An `ExternalService` takes it as `through`.
 * It says who may use it; that nobody goes past it is for network policies or a firewall to say.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/
 */
export class EgressGateway extends Construct {
  /**
   * The Gateway, which stands in the chart's namespace, as the VirtualServices that name it do.
   */
  public readonly gateway: IstioGateway;

  private readonly service: ServiceRef;
  private readonly namespace: string;
  private readonly selector: Record<string, string>;
  private readonly destinationRule: DestinationRule;
  private policy?: AuthorizationPolicy;

  /**
   * Creates the configuration of the gateway.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props where its pods are
   * @throws when the app has another for the same service, or a value is wrong
   */
  public constructor(scope: Construct, id: string, props: EgressGatewayProps = {}) {
    super(scope, id);
    const { serviceName, namespace = 'istio-system', selector = { istio: 'egressgateway' }, ...rest } = object('the properties of the EgressGateway', props);
    noUnknown('EgressGateway', rest);
    this.namespace = dnsLabel('the namespace of the EgressGateway', namespace);
    this.selector = selector;
    this.service = ServiceRef.fromName(optionalText('serviceName', serviceName) ?? 'istio-egressgateway', { namespace });
    this.destinationRule = SharedTraffic.of(this).destinationRule(this, { service: this.service }, 'use that one');
    this.gateway = new IstioGateway(this, 'Gateway', { metadata: { name: this.service.name }, selector });
  }

  /**
   * Opens the gateway for a host.
   *
   * @returns where sidecars send what is for the host
   * @internal
   */
  public _open(host: string, endsTls: boolean): Destination {
    const tls = ServerTls.istioMutual();
    this.gateway.addServer(endsTls ? GatewayServer.https([host], { tls, port: PORT }) : GatewayServer.tls([host], { tls, port: PORT }));
    const subset = this.destinationRule.addSubset({
      name: host.replace(/\./g, '-').slice(0, 63),
      trafficPolicy: { tls: ClientTls.istioMutual({ sni: host }) }, // the server name picks the gateway's server
    });
    return Destination.subset(subset, { port: PORT });
  }

  /**
   * Lets a caller out to a host. Who was let out nowhere is refused from now on.
   *
   * @internal
   */
  public _allow(caller: Caller, host: string): void {
    this.policy ??= new AuthorizationPolicy(this, 'AuthorizationPolicy', {
      metadata: { name: this.service.name, namespace: this.namespace },
      target: PolicyTarget.workloads(this.selector),
    });
    const source = caller._source();
    this.policy.addRule({ from: source && [source], when: [AuthorizationCondition.sni({ values: [host] })] });
  }
}
