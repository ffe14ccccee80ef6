import { list, Resource } from '../resource';
import { Report, Rule } from '../rule';

export const weightsNot100: Rule = {
  name: 'weights-not-100',
  level: 'warning',
  codes: ['KIA1104'],
  about: 'Istio takes weights for shares of their sum: 90 and 90 is half and half.',
  bad: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: default }
spec:
  hosts: [reviews]
  http:
    - route:
        - { destination: { host: reviews-v1 }, weight: 90 }
        - { destination: { host: reviews-v2 }, weight: 90 }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: default }
spec:
  hosts: [reviews]
  http:
    - route:
        - { destination: { host: reviews-v1 }, weight: 90 }
        - { destination: { host: reviews-v2 }, weight: 10 }
`,
  more: [`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: default }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews-v2 }, weight: 10 }] }]
`],
  check: (mesh, report) => mesh.each('VirtualService', (virtualService) => {
    for (const type of ['http', 'tcp', 'tls']) {
      list(virtualService.spec[type]).forEach((route, i) => judge(virtualService, list(route?.route), `spec.${type}[${i}].route`, report));
    }
  }),
};

function judge(virtualService: Resource, destinations: any[], path: string, report: Report): void {
  const weights: number[] = destinations.map(({ weight }) => weight ?? 0);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (destinations.length === 1 && weights[0] !== 0 && weights[0] !== 100) {
    report(virtualService, `${path}[0].weight`, `one destination with weight ${weights[0]} receives all of the traffic; add the destination of the rest, or leave the weight out`);
  } else if (destinations.length > 1 && sum !== 100 && sum > 0) {
    const shares = weights.map((weight) => Number((100 * weight / sum).toFixed(1))).join('/');
    report(virtualService, path, `the weights ${weights.join(' + ')} make ${sum}, which Istio reads as ${shares}; write shares of 100`);
  }
}
