import { hostsMeet, takesKind, takesNamespace } from '../../src/checks/gateway-api';
import { Mesh } from '../../src/checks/mesh';
import { Resource } from '../../src/checks/resource';

const namespace = (name: string, labels = {}) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
const gateway = new Resource({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'infra' } });
const selecting = (selector: object) => ({ allowedRoutes: { namespaces: { from: 'Selector', selector } } });

describe('hostsMeet', () => {
  test.each([
    ['a.example.com', 'a.example.com', true],
    ['A.example.com', 'a.example.com', true],
    ['*.example.com', 'a.example.com', true],
    ['a.example.com', '*.example.com', true],
    ['*.example.com', '*.a.example.com', true],
    ['*', 'a.example.com', true],
    ['*.example.com', 'example.com', false],
    ['a.example.com', 'b.example.com', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(hostsMeet(a, b)).toBe(expected);
  });
});

describe('takesNamespace', () => {
  const mesh = new Mesh([namespace('shop', { edge: 'yes' }), namespace('web')]);

  test.each([
    [{}, 'infra', true],
    [{}, 'shop', false],
    [{ allowedRoutes: { namespaces: { from: 'All' } } }, 'shop', true],
    [{ allowedRoutes: { namespaces: { from: 'None' } } }, 'infra', false],
    [selecting({ matchLabels: { edge: 'yes' } }), 'shop', true],
    [selecting({ matchLabels: { edge: 'yes' } }), 'web', false],
    [selecting({ matchLabels: { edge: 'yes' } }), 'unknown', true],
    [selecting({ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }), 'unknown', false],
    [selecting({ matchExpressions: [{ key: 'edge', operator: 'Exists' }] }), 'web', true],
  ])('%j lets %s in: %s', (listener, name, expected) => {
    expect(takesNamespace(mesh, listener, gateway, name)).toBe(expected);
  });
});

describe('takesKind', () => {
  test.each([
    [{ protocol: 'HTTPS' }, 'HTTPRoute', true],
    [{ protocol: 'TLS' }, 'HTTPRoute', false],
    [{ protocol: 'TLS' }, 'TCPRoute', true],
    [{ protocol: 'HTTP', allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } }, 'HTTPRoute', false],
    [{ protocol: 'HTTP', allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } }, 'GRPCRoute', true],
    [{ protocol: 'example.com/own' }, 'HTTPRoute', true],
  ])('%j takes %s: %s', (listener, kind, expected) => {
    expect(takesKind(listener, kind)).toBe(expected);
  });
});
