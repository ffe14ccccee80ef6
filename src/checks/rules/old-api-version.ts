import { Rule } from '../rule';

/** The kinds that have a version 1. */
const STABLE = ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar', 'WorkloadEntry', 'WorkloadGroup', 'PeerAuthentication',
  'RequestAuthentication', 'AuthorizationPolicy', 'Telemetry'];

export const oldApiVersion: Rule = {
  name: 'old-api-version',
  level: 'info',
  about: 'Istio stores these kinds as v1. The older versions still work.',
  bad: `
apiVersion: networking.istio.io/v1alpha3
kind: DestinationRule
metadata: { name: goods-service, namespace: default }
spec: { host: goods-service }
`,
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: goods-service, namespace: default }
spec: { host: goods-service }
`,
  check: (mesh, report) => {
    for (const kind of STABLE) {
      mesh.each(kind, (resource) => {
        const [group, version] = String(resource.manifest.apiVersion).split('/');
        if (version !== 'v1') {
          report(resource, 'apiVersion', `${group}/${version} is an old version of ${kind}; write ${group}/v1, which Istio stores`);
        }
      });
    }
  },
};
