import { list } from '../resource';
import { eachHttpRoute, takesWrites } from '../routes';
import { Rule } from '../rule';

export const mirrorRepeatsWrites: Rule = {
  name: 'mirror-repeats-writes',
  level: 'info',
  about: 'A mirrored request is a real request: where both versions write to the same data, every order is made twice.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order-service, namespace: default }
spec:
  hosts: [order-service]
  http:
    - mirror: { host: order-service-next }
      mirrorPercentage: { value: 100 }
      route: [{ destination: { host: order-service } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order-service, namespace: default }
spec:
  hosts: [order-service]
  http:
    - match: [{ method: { exact: GET } }]
      mirror: { host: order-service-next }
      mirrorPercentage: { value: 100 }
      route: [{ destination: { host: order-service } }]
    - route: [{ destination: { host: order-service } }]
`,
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, route, path) => {
    const mirrors = [route?.mirror, ...list(route?.mirrors).map(({ destination }) => destination)].filter((mirror) => mirror);
    if (mirrors.length > 0 && route.mirrorPercentage?.value !== 0 && takesWrites(route)) {
      const { host, subset } = mirrors[0];
      report(virtualService, `${path}.${route.mirror ? 'mirror' : 'mirrors'}`, `requests that write, such as POST, are mirrored to ${host}${subset ? ` subset ${subset}` : ''} too, which carries them out; `
        + 'limit the rule to methods that read, or give the mirrored version data of its own');
    }
  }),
};
