import { list } from '../resource';
import { Rule } from '../rule';

export const proxyUserId: Rule = {
  name: 'proxy-user-id',
  level: 'error',
  codes: ['IST0144'],
  about: 'What runs as user 1337 is taken for the proxy: its calls leave the pod past the mesh, without mutual TLS, routes and policies.',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } }, spec: { containers: [{ name: app, securityContext: { runAsUser: 1337 } }] } } }
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec: { template: { metadata: { labels: { app: orders } }, spec: { containers: [{ name: app, securityContext: { runAsUser: 1000 } }] } } }
`,
  quiet: [`
apiVersion: apps/v1
kind: Deployment
metadata: { name: edge, namespace: infra }
spec:
  template:
    metadata: { labels: { istio: ingress }, annotations: { inject.istio.io/templates: gateway } }
    spec: { securityContext: { runAsUser: 1337 }, containers: [{ name: istio-proxy, image: auto }] }
`],
  check: (mesh, report) => mesh.workloads.forEach(({ resource, pod, namespace }) => {
    const apps = list(pod.containers).map((container, i) => ({ container, i })).filter(({ container }) => container?.name !== 'istio-proxy');
    // Istio's own parts run as that user.
    if (/^istio-|^ztunnel$/.test(namespace) || resource.labels['gateway.istio.io/managed'] !== undefined) {
      return;
    }
    const base = resource.kind === 'Pod' ? 'spec' : 'spec.template.spec';
    apps.forEach(({ container, i }) => {
      const own = container?.securityContext?.runAsUser;
      if ((own ?? pod.securityContext?.runAsUser) === 1337) {
        report(resource, own === undefined ? `${base}.securityContext.runAsUser` : `${base}.containers[${i}].securityContext.runAsUser`,
          `the container "${container.name}" runs as user 1337, that of the proxy, so its calls go past the mesh; choose another user`);
      }
    });
  }),
};
