import { Size } from 'cdk8s';
import { Cpu, Deployment, Pods, Service, ServiceAccount } from 'cdk8s-plus-28';
import { MeshService } from 'cdk8s-istio';
import { Construct } from 'constructs';

export interface WorkloadProps {
  /** The application protocol, which Istio reads from the name of the port. */
  readonly protocol: 'http' | 'grpc';
}

/** A Deployment with a service account of its own, its Service, and who may call it: nobody until somebody is named. */
export class Workload extends MeshService {
  constructor(scope: Construct, app: string, { protocol }: WorkloadProps) {
    const parts = new Construct(scope, `${app}-workload`);
    const serviceAccount = new ServiceAccount(parts, 'account', { metadata: { name: app } });
    new Deployment(parts, 'deployment', {
      metadata: { name: app },
      podMetadata: { labels: { app, version: 'v1' } },
      serviceAccount,
      containers: [{
        image: `bank/${app}:1.0.0`,
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
      ports: [{ name: protocol, port: 80, targetPort: 8080 }],
    });
    super(scope, app, { service, serviceAccount: serviceAccount.name });
  }
}
