import { Size } from 'cdk8s';
import { ContainerProps, Cpu, Deployment, EnvValue, Pods, Service, ServiceAccount, Volume } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

export interface VersionedServiceProps {
  readonly port: number;
  readonly targetPort?: number;
  readonly serviceAccount: string;
  /** The image of each version. */
  readonly images: { readonly [version: string]: string };
  /** Directories that the application writes to. */
  readonly scratch?: { readonly [name: string]: string };
  readonly env?: { readonly [name: string]: string };
}

/** A Service over one Deployment a version, all of one service account. */
export class VersionedService extends Construct {
  readonly service: Service;

  constructor(scope: Construct, app: string, props: VersionedServiceProps) {
    super(scope, app);
    const { port, targetPort = port, serviceAccount: name, images, scratch = {}, env = {} } = props;
    const envVariables = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, EnvValue.fromValue(value)]));
    const serviceAccount = new ServiceAccount(this, 'account', { metadata: { name } });
    for (const [version, image] of Object.entries(images)) {
      const { containers: [container] } = new Deployment(this, version, {
        metadata: { name: `${app}-${version}`, labels: { app, version } },
        podMetadata: { labels: { app, version } },
        serviceAccount,
        replicas: 1,
        containers: [{ image, portNumber: targetPort, ...SMALL, envVariables }],
      });
      for (const [volume, path] of Object.entries(scratch)) {
        container.mount(path, Volume.fromEmptyDir(this, `${version}-${volume}`, volume));
      }
    }
    this.service = new Service(this, 'service', {
      metadata: { name: app, labels: { app, service: app } },
      selector: Pods.select(this, 'pods', { labels: { app } }),
      ports: [{ name: 'http', port, targetPort }],
    });
  }
}

const SMALL: Partial<ContainerProps> = {
  resources: {
    cpu: { request: Cpu.millis(50), limit: Cpu.millis(500) },
    memory: { request: Size.mebibytes(64), limit: Size.mebibytes(512) },
  },
};
