import { ApiObject, Chart, Testing } from 'cdk8s';
import { Pods, Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

export const NAMESPACE = 'shop';

/** A chart of the namespace `shop`, built by a test. */
export function chart(build: (chart: Chart) => void): Chart {
  const built = new Chart(Testing.app(), 'shop', { namespace: NAMESPACE, disableResourceNameHashes: true });
  build(built);
  return built;
}

/** A Service over the pods with the label `app`, at port 80 of the Service and 8080 of the pods unless said otherwise. */
export function service(scope: Construct, name: string, { protocol = 'http', port = 80, targetPort = 8080 } = {}): Service {
  return new Service(scope, name, {
    metadata: { name },
    selector: Pods.select(scope, `${name}-pods`, { labels: { app: name } }),
    ports: [{ name: protocol, port, targetPort }],
  });
}

/** A Deployment whose pods have the label `app`, with its name for a value. */
export function deployment(scope: Construct, name: string, image: string): ApiObject {
  const labels = { app: name };
  return new ApiObject(scope, 'Deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image, ports: [{ name: 'http', containerPort: 8080 }] }] } },
    },
  });
}

export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
