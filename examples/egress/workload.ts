import { Size } from 'cdk8s';
import { Cpu, Deployment, Pods, Service, ServiceAccount } from 'cdk8s-plus-28';
import { MeshService } from 'cdk8s-istio';
import { Construct } from 'constructs';

/** A Deployment with a service account of its own, by which it is known in the mesh, and its Service. */
export class Workload extends MeshService {
  constructor(scope: Construct, app: string) {
    const parts = new Construct(scope, `${app}-workload`);
    const serviceAccount = new ServiceAccount(parts, 'account', { metadata: { name: app } });
    new Deployment(parts, 'deployment', {
      metadata: { name: app },
      podMetadata: { labels: { app, version: 'v1' } },
      serviceAccount,
      containers: [{
        image: `shop/${app}:1.0.0`,
        portNumber: 8080,
        resources: {
          cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) },
          memory: { request: Size.mebibytes(128), limit: Size.mebibytes(256) },
        },
      }],
    });
    const service = new Service(parts, 'service', {
      metadata: { name: app },
      selector: Pods.select(parts, 'pods', { labels: { app } }),
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });
    super(scope, app, { service, serviceAccount: serviceAccount.name });
  }
}
