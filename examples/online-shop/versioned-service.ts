import { Size } from 'cdk8s';
import { Cpu, Deployment, Pods, Probe, Service, ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

export interface VersionedServiceProps {
  readonly port: number;
  readonly targetPort: number;
  /** The application protocol, which Istio reads from the name of the port. */
  readonly protocol: 'http' | 'grpc';
  readonly versions: string[];
}

/** A Service over one Deployment a version, which run under one service account. */
export class VersionedService extends Construct {
  readonly service: Service;
  /** The name of the service account: the identity of the workloads in the mesh. */
  readonly serviceAccount: string;

  constructor(scope: Construct, app: string, props: VersionedServiceProps) {
    super(scope, app);
    const serviceAccount = new ServiceAccount(this, 'account', { metadata: { name: app } });
    this.serviceAccount = serviceAccount.name;
    for (const version of props.versions) {
      new Deployment(this, version, {
        metadata: { name: `${app}-${version}` },
        podMetadata: { labels: { app, version } },
        serviceAccount,
        replicas: 2,
        containers: [{
          image: `shop/${app}:${version}`,
          portNumber: props.targetPort,
          resources: {
            cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) },
            memory: { request: Size.mebibytes(128), limit: Size.mebibytes(256) },
          },
          readiness: Probe.fromTcpSocket({ port: props.targetPort }),
        }],
      });
    }
    this.service = new Service(this, 'service', {
      metadata: { name: app },
      selector: Pods.select(this, 'pods', { labels: { app } }),
      ports: [{ name: props.protocol, port: props.port, targetPort: props.targetPort }],
    });
  }
}
