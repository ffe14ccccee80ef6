import { Rule } from '../rule';

export const duplicateResource: Rule = {
  name: 'duplicate-resource',
  level: 'error',
  about: 'Two manifests of one kind, namespace and name are one resource to Kubernetes: the one applied last erases the other.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings } }], timeout: 10s }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings } }], headers: { request: { set: { x-version: "2" } } } }]
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: default }
spec:
  hosts: [ratings]
  http:
    - fault: { delay: { percentage: { value: 0.1 }, fixedDelay: 5s } }
      match: [{ headers: { x-chaos: { exact: "on" } } }]
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
      timeout: 10s
`,
  check: (mesh, report) => {
    const seen = new Map<string, string>();
    for (const resource of mesh.resources.filter(({ name, key }) => name !== '' && !key.endsWith('List'))) {
      const { id, kind, namespace, name, constructPath } = resource;
      if (seen.has(id)) {
        const first = seen.get(id);
        report(resource, 'metadata.name', `the ${kind} ${namespace}/${name} is written twice${first && ` (first by ${first})`}, and the second apply would erase the first; `
          + 'put both into one, or give one another name');
      }
      seen.set(id, constructPath ?? '');
    }
  },
};
