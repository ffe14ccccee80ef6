import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { show } from '../private/check';
import { HttpRoute } from '../traffic/http-route';
import { gatewayName, IIstioGateway, IstioGateway } from '../traffic/istio-gateway';
import { VirtualService } from '../traffic/virtual-service';

/** The rules of one service on a gateway, and a rule that stands for all their requests. */
export interface Exposure {
  readonly owner: Construct;
  readonly all: HttpRoute;
  readonly routes: HttpRoute[];
}

/**
 * A host on a gateway, with the rules of every service that is exposed there.
 *
 * The services may come in any order: the rules of the one whose requests another would take go first.
 */
export class ExposedHost extends VirtualService {
  private readonly exposures: Exposure[] = [];

  public constructor(scope: Construct, id: string, gateway: IIstioGateway, private readonly host: string, private readonly elsewhere: ExposedHost[]) {
    const name = `${gatewayName(gateway, Chart.of(scope).namespace)}/${host.replace(/^\*/, 'wildcard')}`.replace(/[/.]/g, '-');
    super(scope, id, { metadata: { name }, hosts: [host], gateways: [gateway] });
    if (gateway instanceof IstioGateway) {
      this.node.addValidation({ validate: () => (gateway as IstioGateway)._serves(host) ? [] : [`${gateway.name} has no server for the host "${host}", expected one; add the host to a server of the gateway`] });
    }
  }

  /**
   * Adds a service.
   *
   * @throws when its requests are another's, or when the order of two charts would decide whose they are
   */
  public expose(exposure: Exposure): void {
    for (const other of this.elsewhere.flatMap((host) => host.exposures)) {
      if (this._takesAll(other.all, exposure.all) || this._takesAll(exposure.all, other.all)) {
        throw new Error(`${exposure.owner.node.path} and ${other.owner.node.path} are exposed in two charts for the same requests to "${this.host}", expected disjoint matches; expose both in one chart, where their order is certain`);
      }
    }
    const index = this.exposures.findIndex((other) => this._takesAll(other.all, exposure.all));
    if (index !== -1 && this._takesAll(exposure.all, this.exposures[index].all)) {
      throw new Error(`${exposure.owner.node.path} and ${this.exposures[index].owner.node.path} are exposed for the same requests to "${this.host}", expected different matches; add a match to one of them`);
    }
    refuseTwins(`the VirtualService of "${this.host}"`, [...this._routes(), ...exposure.routes], 'give exposeVia a name, which stands before the names of its rules');
    this.exposures.splice(index === -1 ? this.exposures.length : index, 0, exposure);
    this._routes().forEach((route, place, routes) => this._check(route, routes.slice(0, place)));
  }

  /** @internal */
  protected _routes(): HttpRoute[] {
    return [...this.exposures.flatMap(({ routes }) => routes), ...super._routes()];
  }
}

/** @throws when a name stands for two rules: a controller that moves weights would find the wrong one by it */
export function refuseTwins(where: string, routes: HttpRoute[], remedy: string): void {
  const names = routes.flatMap(({ _name }) => _name ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`${where} has two rules named ${show(twice)}, expected a name of its own for each; ${remedy}`);
  }
}
