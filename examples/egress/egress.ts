import { App, Chart, Duration } from 'cdk8s';
import { EgressGateway, EgressListener, ExternalService, MeshNamespace, OutboundTrafficPolicy, RetryPolicy, Sidecar } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Workload } from './workload';

const NAMESPACE = 'shop';

/** A namespace whose proxies refuse every host that nobody made known. */
export class Platform extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id); // of no namespace: a Namespace stands in none
    new MeshNamespace(this, 'Shop', { name: NAMESPACE, scoped: false }); // the Sidecar below is its scope

    new Sidecar(this, 'Sidecar', {
      metadata: { name: 'default', namespace: NAMESPACE },
      egress: [EgressListener.allPorts(['./*', 'istio-system/*'])],
      outboundTrafficPolicy: OutboundTrafficPolicy.registryOnly(),
    });
  }
}

/** Four hosts outside of the mesh, each called in another way. */
export class Egress extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: NAMESPACE });
    const orders = new Workload(this, 'orders');
    const billing = new Workload(this, 'billing');

    // The application speaks TLS, and the mesh sees connections: who called which host, how much, how long.
    new ExternalService(this, 'Parcels', { host: 'api.parcels.example.com' });

    // The application speaks plain HTTP, and the mesh adds TLS: requests have a timeout, retries and metrics of their own.
    new ExternalService(this, 'Rates', {
      host: 'rates.example.com',
      tlsOrigination: { timeout: Duration.seconds(3), retries: RetryPolicy.unprocessed({ attempts: 3 }) },
    });

    // Both again, through a gateway that calls leave from known addresses, and that knows who may call whom.
    const gateway = new EgressGateway(this, 'Gateway');
    new ExternalService(this, 'Ledger', { host: 'ledger.example.com', through: gateway }).allowFrom(billing);
    const payments = new ExternalService(this, 'Payments', { host: 'api.payments.example.com', tlsOrigination: {}, through: gateway });
    payments.allowFrom(orders);
    payments.allowFrom(billing);
  }
}

/** The whole app. */
export function egress(app: App): void {
  const platform = new Platform(app, 'platform');
  new Egress(app, 'egress').addDependency(platform); // its namespace
}
