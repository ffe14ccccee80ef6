import { list } from '../resource';
import { eachHttpRoute } from '../routes';
import { Rule } from '../rule';

export const mirrorCopiesAll: Rule = {
  name: 'mirror-copies-all',
  level: 'warning',
  about: 'A mirror without a percentage copies every request, where a fault without one is never injected: the load of the mirrored service doubles by what nobody wrote.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: httpbin, namespace: default }
spec:
  hosts: [httpbin]
  http:
    - match: [{ method: { exact: GET } }]
      mirror: { host: httpbin-next }
      route: [{ destination: { host: httpbin } }]
    - route: [{ destination: { host: httpbin } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: httpbin, namespace: default }
spec:
  hosts: [httpbin]
  http:
    - match: [{ method: { exact: GET } }]
      mirror: { host: httpbin-next }
      mirrorPercentage: { value: 100 }
      route: [{ destination: { host: httpbin } }]
    - route: [{ destination: { host: httpbin } }]
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: httpbin, namespace: default }
spec:
  hosts: [httpbin]
  http:
    - match: [{ method: { regex: GET|HEAD } }]
      mirrors: [{ destination: { host: httpbin-next } }]
      route: [{ destination: { host: httpbin } }]
    - route: [{ destination: { host: httpbin } }]
`],
  check: (mesh, report) => eachHttpRoute(mesh, (virtualService, route, path) => {
    const message = 'the mirror has no percentage, so it copies every request; write the percentage, 100 if you mean all';
    if (route?.mirror && !route.mirrorPercentage && route.mirrorPercent === undefined && route.mirror_percent === undefined
      && route.mirror_percentage === undefined) {
      report(virtualService, `${path}.mirror`, message);
    }
    list(route?.mirrors).forEach((mirror, i) => mirror?.percentage || report(virtualService, `${path}.mirrors[${i}]`, message));
  }),
};
