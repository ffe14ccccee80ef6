import { Construct, IConstruct } from 'constructs';
import { Access, renderAccess } from './access';
import { Caller, callerOf, ICaller } from './caller';
import { expose, ExposeOptions } from './expose';
import { RequestLimits, requestLimits } from './request-limits';
import { SharedTraffic } from './shared-traffic';
import { PolicyTarget } from '../policy-target';
import { noUnknown, object, show } from '../private/check';
import { given } from '../private/render';
import { AuthorizationPolicy } from '../security/authorization-policy';
import { Destination } from '../traffic/destination';
import { HttpRoute } from '../traffic/http-route';
import { IIstioGateway } from '../traffic/istio-gateway';
import { ServiceRef } from '../traffic/service-ref';

/**
 * A service that says who may call it.
 */
export interface ICallee {
  /**
   * Lets a caller in. What nobody was let in for is refused from now on.
   *
   * @param caller who calls: a service of the mesh with a service account, or a `Caller`
   * @param access what it may ask for; everything if left out
   */
  allowFrom(caller: ICaller, access?: Access): void;
}

/**
 * Properties of a `MeshService`.
 */
export interface MeshServiceProps {
  /**
   * The service: a Service construct, or `ServiceRef.fromName` for one outside the app.
   */
  readonly service: IConstruct;

  /**
   * The service account that its workloads run under, which is their identity when they call others.
   *
   * @default - none is known: it is called, and calls nobody
   */
  readonly serviceAccount?: string;

  /**
   * The labels of its workloads.
   *
   * @default - the selector of the Service
   */
  readonly labels?: Record<string, string>;
}

/**
 * Options of `MeshService.exposeVia`.
 */
export interface ServiceExposeOptions extends ExposeOptions, RequestLimits {
  /**
   * The port of the service, 1 to 65535.
   *
   * @default - its only port
   */
  readonly port?: number;
}

/**
 * A service of the mesh, who may call it, and whom it calls.
 *
 * With the first `allowFrom` it gets an AuthorizationPolicy, in its namespace and under its name: from then on it takes what
 * is allowed and refuses the rest. Whom a namespace calls also decides what its sidecars see, where a `MeshNamespace` says so.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-http/
 */
export class MeshService extends Construct implements ICaller, ICallee {
  /**
   * The service, for routes and policies to name.
   */
  public readonly service: ServiceRef;

  private readonly labels?: Record<string, string>;
  private readonly account?: Caller;
  private policy?: AuthorizationPolicy;

  /**
   * Names the service and its identity. It writes nothing yet.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the service
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: MeshServiceProps) {
    super(scope, id);
    const { service, serviceAccount, labels, ...rest } = object('the properties of the MeshService', props);
    noUnknown('MeshService', rest);
    this.service = ServiceRef.of(service);
    this.labels = labels;
    this.account = given(serviceAccount, (name) => Caller.serviceAccount(name, { namespace: this.namespace }));
  }

  /**
   * Its identity when it calls others.
   *
   * @throws when no service account is known
   */
  public get identity(): Caller {
    if (this.account === undefined) {
      throw new Error(`${this.service.host} has no service account, expected one for a service that calls others; give its MeshService a serviceAccount`);
    }
    return this.account;
  }

  /**
   * Lets a caller in. What nobody was let in for is refused from now on.
   *
   * @param caller who calls: a `MeshService` with a service account, or a `Caller`
   * @param access what it may ask for; everything if left out
   * @throws when the workloads of the service are not known, or a value is wrong
   */
  public allowFrom(caller: ICaller, access: Access = {}): void {
    const identity = callerOf(caller);
    const rule = { from: given(identity._source(), (source) => [source]), ...renderAccess(access) };
    this.ownPolicy().addRule(rule);
    SharedTraffic.of(this).noteCall(identity._namespace(this.namespace), this.service);
  }

  /**
   * Lets this service call another.
   *
   * @param callee the service that is called: a `MeshService` or a `CanaryService`
   * @param access what this service may ask for; everything if left out
   * @throws when this service has no service account, the workloads of the other are not known, or a value is wrong
   */
  public allowTo(callee: ICallee, access: Access = {}): void {
    if (typeof callee?.allowFrom !== 'function') {
      throw new Error(`the service that is called is ${show(callee)}, expected a MeshService or a CanaryService; write new MeshService(chart, "Payment", { service })`);
    }
    callee.allowFrom(this, access);
  }

  /**
   * Lets clients of a gateway call the service, in one version: for several there is `CanaryService`. Where callers are told apart, the
   * gateway must be let in too, by `allowFrom`.
   *
   * Services of one chart that are exposed for the same host share its VirtualService, the one with the narrower match first.
   *
   * @param gateway the gateway
   * @param options the hosts, which requests are for this service, and their limits
   * @throws when another service is exposed for the same requests, or a value is wrong
   */
  public exposeVia(gateway: IIstioGateway, options: ServiceExposeOptions): void {
    const { port, timeout, streaming, retries, ...shown } = object('the options of exposeVia', options);
    const limits = requestLimits('exposeVia', { timeout, streaming, retries });
    const to = Destination.service(this.service, { port });
    expose(this, gateway, shown, to, ({ match, name, changes }) => [HttpRoute.forward(to, { ...limits, ...changes, name, match })]);
    this.node.addValidation({ validate: () => this.bypassed() });
  }

  /** The rules of another pattern, which clients of the gateway would not meet. */
  private bypassed(): string[] {
    const owner = SharedTraffic.of(this).routedBy(this.service);
    return owner === undefined ? [] : [
      `${this.service.host} has the rules of ${owner}, which requests by way of the MeshService's gateway would not meet, expected one that has them; expose it there`,
    ];
  }

  private get namespace(): string | undefined {
    return this.service.namespace;
  }

  private ownPolicy(): AuthorizationPolicy {
    return this.policy ??= SharedTraffic.of(this).accessPolicy(this, this.service, PolicyTarget.workloads(this.workloadLabels()));
  }

  private workloadLabels(): Record<string, string> {
    const labels = this.labels ?? this.service._selector();
    if (labels === undefined) {
      throw new Error(`the workloads of ${this.service.host} are not known, expected their labels to let somebody in; give its MeshService labels`);
    }
    return labels;
  }
}
