import { Chart } from 'cdk8s';
import { Backend } from './backend';
import { chart, NAMESPACE } from './charts';
import { Lab, ProxyOptions } from './lab';
import { Sidecar } from './proxy';
import { CaptureMode, PortProtocol, Sidecar as SidecarResource, WorkloadEntry } from '../../src';

/** The port at which the sidecars of workloads take calls: the targetPort of their Services. */
export const INBOUND = 9080;
const APPLICATION = 8080;

export interface WorkloadOptions extends ProxyOptions {
  /** The value of the label `app`, its service account, and its name unless it has one of its own. */
  readonly app: string;
}

/**
 * A workload of the mesh: a sidecar, and an application behind it that takes calls only by way of it.
 *
 * Nothing redirects connections, so the sidecar listens at `INBOUND`, and the application at another port of the same address.
 */
export class Workload {
  static async start(lab: Lab, { app, name = app, labels, ...options }: WorkloadOptions): Promise<Workload> {
    const sidecar = await lab.sidecar({ ...options, name, namespace: NAMESPACE, labels: { app, name, ...labels }, serviceAccount: app });
    const application = await Backend.start(name, sidecar.envoy.address, { namespace: NAMESPACE, labels: { app }, port: APPLICATION });
    await lab.apply(entry(sidecar.envoy.address, { app, name, labels, ...options }));
    return new Workload(sidecar, application);
  }

  private constructor(readonly sidecar: Sidecar, readonly application: Backend) {}

  stop(): Promise<void> {
    return this.application.stop();
  }
}

function entry(address: string, { app, name, labels, network, locality: { region, zone, subZone } = {} }: WorkloadOptions & { name: string }): Chart {
  return chart((scope) => {
    new WorkloadEntry(scope, name, {
      metadata: { name },
      address,
      network,
      locality: [region, zone, subZone].filter(Boolean).join('/') || undefined,
      labels: { app, name, ...labels, 'security.istio.io/tlsMode': 'istio' },
      serviceAccount: app,
    });
    new SidecarResource(scope, `${name}-inbound`, {
      workloadSelector: { app, name },
      ingress: [{ port: INBOUND, protocol: PortProtocol.HTTP, bind: address, captureMode: CaptureMode.NONE, defaultEndpoint: `0.0.0.0:${APPLICATION}` }],
    });
  });
}
