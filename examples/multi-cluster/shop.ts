import { Chart } from 'cdk8s';
import { LoadBalancer, Locality, MeshNamespace, MeshService, ResilientDestination } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Workload } from './workload';

const NAMESPACE = 'shop';

/** The namespace of the shop, which is one and the same in all clusters. */
export class Platform extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id); // of no namespace: a Namespace stands in none
    new MeshNamespace(this, 'Shop', { name: NAMESPACE });
  }
}

/** The shop, which runs in each cluster and calls the others only where its own endpoints fail. */
export class Shop extends Chart {
  constructor(scope: Construct, id: string, failover: Locality, replicas: number) {
    super(scope, id, { namespace: NAMESPACE });
    const orders = new Workload(this, 'orders', replicas);
    const payment = new Workload(this, 'payment', replicas);

    // Near by first; what fails is found by outlier detection, which ResilientDestination has.
    for (const { service } of [orders, payment]) {
      new ResilientDestination(this, `${service.name}-destination`, { service, loadBalancer: LoadBalancer.leastRequest({ locality: failover }) });
    }

    // An identity has no cluster in it: orders may call payment from wherever it runs.
    new MeshService(this, 'Payment', { service: payment.service })
      .allowFrom(new MeshService(this, 'Orders', { service: orders.service, serviceAccount: orders.serviceAccount }), { methods: ['POST'], paths: ['/api/pay'] });
  }
}
