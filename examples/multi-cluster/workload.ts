import { Size } from 'cdk8s';
import { Cpu, Deployment, Pods, Service, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** A Deployment with a service account of its own, and its Service. */
export class Workload extends Construct {
  readonly service: Service;
  /** The name of the service account: the identity of the workload, the same in all clusters. */
  readonly serviceAccount: string;

  constructor(scope: Construct, app: string, replicas: number) {
    super(scope, app);
    const serviceAccount = new ServiceAccount(this, 'account', { metadata: { name: app } });
    this.serviceAccount = serviceAccount.name;
    new Deployment(this, 'deployment', {
      metadata: { name: app },
      podMetadata: { labels: { app, version: 'v1' } },
      replicas,
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
    this.service = new Service(this, 'service', {
      metadata: { name: app },
      selector: Pods.select(this, 'pods', { labels: { app } }),
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });
  }
}
