import { Testing } from 'cdk8s';
import {
  AuthorizationAction, AuthorizationCondition, AuthorizationPolicy, AuthorizationPolicyProps, PolicyTarget,
} from '../../src';

const { ALLOW, DENY, AUDIT } = AuthorizationAction;

function render(props?: AuthorizationPolicyProps) {
  const chart = Testing.chart();
  new AuthorizationPolicy(chart, 'Policy', props);
  return { chart, manifest: Testing.synth(chart)[0] };
}

describe('AuthorizationPolicy', () => {
  test('every property reaches the manifest', () => {
    const { chart, manifest } = render({
      metadata: { name: 'httpbin', namespace: 'foo', annotations: { owner: 'shop' } },
      target: PolicyTarget.workloads({ app: 'httpbin' }),
      action: DENY,
      rules: [{
        from: [{ principals: ['cluster.local/ns/default/sa/sleep'] }, { namespaces: ['test'] }],
        to: [{ methods: ['GET'], paths: ['/info*'] }, { methods: ['POST'], paths: ['/data'], ports: [8080] }],
        when: [AuthorizationCondition.requestClaim('iss', { values: ['https://accounts.google.com'] })],
      }, {
        to: [{ ports: [80] }],
      }],
      dryRun: true,
    });

    expect(manifest).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'httpbin', namespace: 'foo', annotations: { 'owner': 'shop', 'istio.io/dry-run': 'true' } },
      spec: {
        selector: { matchLabels: { app: 'httpbin' } },
        action: 'DENY',
        rules: [{
          from: [{ source: { principals: ['cluster.local/ns/default/sa/sleep'] } }, { source: { namespaces: ['test'] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/info*'] } }, { operation: { methods: ['POST'], paths: ['/data'], ports: ['8080'] } }],
          when: [{ key: 'request.auth.claims[iss]', values: ['https://accounts.google.com'] }],
        }, {
          to: [{ operation: { ports: ['80'] } }],
        }],
      },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, AuthorizationPolicyProps | undefined, object]>([
    ['nothing at all, which refuses all', undefined, {}],
    ['no rules, which refuse all', { rules: [] }, {}],
    ['an empty rule, which allows all', { rules: [{}] }, { rules: [{}] }],
    ['ALLOW', { action: ALLOW, rules: [{}] }, { action: 'ALLOW', rules: [{}] }],
    ['DENY of all', { action: DENY, rules: [{}], dryRun: false }, { action: 'DENY', rules: [{}] }],
    ['AUDIT', { action: AUDIT, rules: [{ to: [{ methods: ['GET'] }] }] }, { action: 'AUDIT', rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }],
    ['AUDIT of nothing', { action: AUDIT }, { action: 'AUDIT' }],
    ['a provider for all', { action: AuthorizationAction.custom('oauth'), rules: [{}] }, { action: 'CUSTOM', provider: { name: 'oauth' }, rules: [{}] }],
    ['a provider for some', {
      target: PolicyTarget.gateway('edge'),
      action: AuthorizationAction.custom('oauth'),
      rules: [{
        from: [{ ipBlocks: ['10.0.0.0/8'] }],
        to: [{ paths: ['/admin/*'] }],
        when: [AuthorizationCondition.requestHeader('x-user', { values: ['*'] })],
      }],
    }, {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }],
      action: 'CUSTOM',
      provider: { name: 'oauth' },
      rules: [{
        from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }],
        to: [{ operation: { paths: ['/admin/*'] } }],
        when: [{ key: 'request.headers[x-user]', values: ['*'] }],
      }],
    }],
  ])('%s is accepted', (_, props, expected) => {
    const { chart, manifest } = render(props);

    expect(manifest.spec).toEqual(expected);
    expect(manifest.metadata.annotations).toBeUndefined();
    expect(chart).toBeAcceptedByIstio();
  });

  test('dryRun works with the default action', () => {
    expect(render({ dryRun: true }).manifest.metadata.annotations).toEqual({ 'istio.io/dry-run': 'true' });
  });

  const oauth = AuthorizationAction.custom('oauth');

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the AuthorizationPolicy is null, expected an object'],
    ['an unknown property', { provider: { name: 'oauth' } }, 'AuthorizationPolicy has no property "provider" (got {"name":"oauth"})'],
    ['a selector', { selector: { app: 'a' } }, 'AuthorizationPolicy has no property "selector"'],
    ['a target that is null', { target: null }, 'the target is null, expected a PolicyTarget; write for example PolicyTarget.workloads({ app: "orders" })'],
    ['an action that is text', { action: 'DENY' }, 'the action is "DENY", expected an AuthorizationAction; write for example AuthorizationAction.DENY'],
    ['an action that is null', { action: null }, 'the action is null, expected an AuthorizationAction'],
    ['DENY without rules', { action: DENY }, 'the action is DENY and there are no rules, expected at least one; for every request write rules: [{}]'],
    ['DENY with an empty list of rules', { action: DENY, rules: [] }, 'the action is DENY and there are no rules'],
    ['a provider without rules', { action: oauth }, 'the action is CUSTOM and there are no rules, expected at least one; for every request write rules: [{}]'],
    ['rules that are an object', { rules: {} }, 'rules is {}, expected a list'],
    ['rules that are null', { rules: null }, 'rules is null, expected a list'],
    ['too many rules', { rules: Array(513).fill({}) }, 'rules has 513 entries, expected at most 512; split the resource in two'],
    ['a rule that is null', { rules: [null] }, 'rules[0] is null, expected an object'],
    ['a list with a hole', { rules: new Array(1) }, 'rules[0] is undefined, expected an object'],
    ['a rule that is text', { rules: [{}, 'all'] }, 'rules[1] is "all", expected an object'],
    ['a misspelt rule', { rules: [{ form: [] }] }, 'rules[0] has no property "form" (got [])'],
    ['an empty list of sources', { rules: [{ from: [] }] }, 'rules[0].from is [], expected a list of at least one entry; leave it out for any'],
    ['a source for a list', { rules: [{ from: { namespaces: ['a'] } }] }, 'rules[0].from is {"namespaces":["a"]}, expected a list'],
    ['too many sources', { rules: [{ from: Array(513).fill({ namespaces: ['a'] }) }] }, 'rules[0].from has 513 entries, expected at most 512'],
    ['an empty list of operations', { rules: [{ to: [] }] }, 'rules[0].to is [], expected a list of at least one entry; leave it out for any'],
    ['an empty list of conditions', { rules: [{ when: [] }] }, 'rules[0].when is [], expected a list of at least one entry; leave it out for any'],
    ['a condition as the manifest has it', { rules: [{ when: [{ key: 'source.ip', values: ['10.0.0.1'] }] }] }, 'rules[0].when[0] is {"key":"source.ip","values":["10.0.0.1"]}, expected an AuthorizationCondition; write for example AuthorizationCondition.sourceIp({ values: ["10.0.0.0/8"] })'],
    ['a dry run of AUDIT', { action: AUDIT, dryRun: true }, 'dryRun is true and the action is AUDIT, expected ALLOW or DENY; leave dryRun out'],
    ['a dry run of a provider', { action: oauth, rules: [{}], dryRun: true }, 'dryRun is true and the action is CUSTOM, expected ALLOW or DENY'],
    ['a dry run that is text', { dryRun: 'true' }, 'dryRun is "true", expected true or false'],
    ['a dry run by annotation', { metadata: { annotations: { 'istio.io/dry-run': 'yes' } } }, 'metadata.annotations has "istio.io/dry-run" ("yes"), expected the property dryRun; write dryRun: true'],
  ])('refuses %s', (_, props, message) => {
    expect(() => new AuthorizationPolicy(Testing.chart(), 'Policy', props as AuthorizationPolicyProps)).toThrow(message);
  });

  test('refuses a provider without name', () => {
    expect(() => AuthorizationAction.custom('')).toThrow('the provider of AuthorizationAction.custom is "", expected a non-empty string; give its name in extensionProviders of the mesh configuration');
    expect(() => AuthorizationAction.custom(undefined as any)).toThrow('the provider of AuthorizationAction.custom is undefined');
  });
});
