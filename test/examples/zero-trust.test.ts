import { built, findings, istioFindings, manifests, mesh } from './examples';
import { zeroTrust } from '../../examples/zero-trust/bank';

const INGRESS = 'istio-system/istio-ingressgateway';

describe('zero trust', () => {
  const app = built(zeroTrust);
  const all = manifests(app);
  const policies = all.filter(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.namespace !== 'istio-system');

  test('is accepted by Istio, and nothing is found in it', () => {
    expect(all).toBeAcceptedByIstio();
    expect(istioFindings(all)).toEqual([]);
    expect(findings(app)).toEqual([]);
  });

  test('lets in whom it names, for what it says, and nobody else', () => {
    const rules = policies.flatMap(({ metadata: { name }, spec }) => (spec.rules ?? []).map(({ from, to, when }: any) => ({
      to: name, callers: from[0].source.serviceAccounts, asks: to?.[0].operation, when: when?.map(({ key, values }: any) => `${key} ${values}`),
    })));

    expect(rules).toEqual([
      { to: 'frontend', callers: [INGRESS] },
      { to: 'accounts', callers: ['web/frontend'], asks: { methods: ['GET'], paths: ['/accounts', '/accounts/*'] } },
      { to: 'accounts', callers: ['web/frontend'], asks: { methods: ['POST'], paths: ['/transfers'] }, when: ['request.auth.claims[group] teller'] },
      { to: 'ledger', callers: ['bank/accounts'], asks: { methods: ['POST'], paths: ['/bank.ledger.v1.Ledger/Append'] } },
      { to: 'ledger', callers: ['audit/auditor'], asks: { methods: ['POST'], paths: ['/bank.ledger.v1.Ledger/Read', '/bank.ledger.v1.Ledger/List'] } },
    ]);
  });

  test('leaves nothing open by accident: each namespace denies by default and takes mutual TLS only', () => {
    const namespaces = all.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    expect(namespaces).toEqual(['web', 'bank']);
    for (const namespace of namespaces) {
      const here = all.filter(({ metadata }) => metadata.namespace === namespace);
      expect(here).toContainEqual(expect.objectContaining({ kind: 'AuthorizationPolicy', spec: {} }));
      expect(here).toContainEqual(expect.objectContaining({ kind: 'PeerAuthentication', spec: { mtls: { mode: 'STRICT' } } }));
    }
    expect(policies.filter(({ spec }) => spec.action !== undefined)).toEqual([]);
  });

  test('guards each service by a policy that selects its pods', () => {
    for (const { metadata: { name, namespace }, spec: { selector } } of all.filter(({ kind }) => kind === 'Service')) {
      const policy = policies.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
      expect(policy.spec.selector.matchLabels).toEqual(selector);
      const pods = all.find((object) => object.kind === 'Deployment' && object.metadata.name === name).spec.template.metadata.labels;
      expect(pods).toMatchObject(selector);
    }
  });

  test('checks tokens at the edge and, where a claim decides, at the service', () => {
    const places = all.filter(({ kind }) => kind === 'RequestAuthentication').map(({ metadata, spec }) => [metadata.namespace, spec.selector?.matchLabels]);
    expect(places).toEqual([['istio-system', { istio: 'ingressgateway' }], ['bank', undefined]]);
    const [edge] = all.filter(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.namespace === 'istio-system');
    expect(edge.spec).toMatchObject({ action: 'DENY', rules: [{ from: [{ source: { notRequestPrincipals: ['https://login.bank.example.com/*'] } }] }] });
  });

  test('shows the frontend what it calls, and no more of the mesh', () => {
    const seen = (namespace: string) => all.find(({ kind, metadata }) => kind === 'Sidecar' && metadata.namespace === namespace).spec.egress[0].hosts;
    expect(seen('web')).toEqual(['./*', 'istio-system/*', 'bank/accounts.bank.svc.cluster.local']);
    expect(seen('bank')).toEqual(['./*', 'istio-system/*']);
  });

  test('is what its reviewers have seen', () => {
    expect(mesh(all)).toMatchSnapshot();
  });
});
