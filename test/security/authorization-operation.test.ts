import { Testing } from 'cdk8s';
import { AuthorizationAction, AuthorizationOperation, AuthorizationPolicy } from '../../src';

function render(operation: AuthorizationOperation) {
  const chart = Testing.chart();
  new AuthorizationPolicy(chart, 'Policy', { action: AuthorizationAction.ALLOW, rules: [{ to: [operation] }] });
  return { chart, rendered: Testing.synth(chart)[0].spec.rules[0].to };
}

describe('AuthorizationOperation', () => {
  test('every field reaches the manifest, ports as text', () => {
    const { chart, rendered } = render({
      hosts: ['shop.example.com', '*.example.com', 'shop.example.com:*'],
      notHosts: ['admin.example.com'],
      ports: [80, 65535],
      notPorts: [1],
      methods: ['GET', '*', 'P*'],
      notMethods: ['DELETE'],
      paths: ['/orders', '/orders/*', '*/info', '*', '/shop.goods.v1.Goods/List'],
      notPaths: ['/admin*'],
    });

    expect(rendered).toEqual([{
      operation: {
        hosts: ['shop.example.com', '*.example.com', 'shop.example.com:*'],
        notHosts: ['admin.example.com'],
        ports: ['80', '65535'],
        notPorts: ['1'],
        methods: ['GET', '*', 'P*'],
        notMethods: ['DELETE'],
        paths: ['/orders', '/orders/*', '*/info', '*', '/shop.goods.v1.Goods/List'],
        notPaths: ['/admin*'],
      },
    }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each(['/foo/{*}', '/foo/{**}/', '/foo/{*}/bar/{**}', '/{**}', '/{*}/{*}', '/a.b~c%20!$&\'()+,;:@=-_/{*}', '//{*}/', '/{*}/{**}/foo', '/{**}/foo'])(
    'the template %s is accepted', (path) => {
      const { chart, rendered } = render({ paths: [path], notPaths: [path] });

      expect(rendered).toEqual([{ operation: { paths: [path], notPaths: [path] } }]);
      expect(chart).toBeAcceptedByIstio();
    });

  test.each([
    '/{**}/foo/{*}', '/{**}/{**}', '/foo/{*}.txt', '/*/baz/{*}', '/foo/{id}', '/foo/{', '/foo}', '/a b/{*}', '/a//{*}', '{*}/foo/', '*{*}', '/{*}/*',
  ])('refuses the template %s', (path) => {
    for (const field of ['paths', 'notPaths']) {
      expect(() => render({ [field]: [path] })).toThrow(new RegExp(
        `^an entry of rules\\[0\\].to\\[0\\].${field} is "${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}", expected (a path template whose operators \\{\\*} and \\{\\*\\*} are whole parts, \\{\\*\\*} the last of them; write one such as "/orders/\\{\\*}/items/\\{\\*\\*}"|it to begin with a slash)`));
    }
  });

  test.each(['hosts', 'notHosts', 'ports', 'notPorts', 'methods', 'notMethods', 'paths', 'notPaths'])('refuses %s that are no list, or hold nothing', (field) => {
    for (const value of [[], null, 'a', 5, {}]) {
      expect(() => render({ [field]: value } as AuthorizationOperation))
        .toThrow(`rules[0].to[0].${field} is ${JSON.stringify(value)}, expected a list of at least one entry; leave it out for any`);
    }
    for (const value of ['', null, {}]) {
      expect(() => render({ [field]: [value] } as AuthorizationOperation)).toThrow(`an entry of rules[0].to[0].${field} is ${JSON.stringify(value)}, expected `);
    }
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'rules[0].to[0] is null, expected an object'],
    ['nothing', {}, 'rules[0].to[0] is empty, expected at least one field; leave it out for any operation'],
    ['the wrapper of the manifest', { operation: { ports: [80] } }, 'rules[0].to[0] has no property "operation"'],
    ['a port as text', { ports: ['80'] }, 'an entry of rules[0].to[0].ports is "80", expected a whole number from 1 to 65535; give the number of a port of the workload'],
    ['port 0', { ports: [0] }, 'an entry of rules[0].to[0].ports is 0, expected a whole number'],
    ['port 65536', { notPorts: [65536] }, 'an entry of rules[0].to[0].notPorts is 65536, expected a whole number'],
    ['half a port', { notPorts: [0.5] }, 'an entry of rules[0].to[0].notPorts is 0.5, expected a whole number'],
    ['a method in lower case', { methods: ['get'] }, 'an entry of rules[0].to[0].methods is "get", expected upper case as HTTP sends it; write "GET"'],
    ['a host with an inner wildcard', { hosts: ['a.*.com'] }, 'an entry of rules[0].to[0].hosts is "a.*.com", expected at most one wildcard, at the beginning or the end; list the values'],
    ['a path with an inner wildcard', { paths: ['/a/*/b'] }, 'an entry of rules[0].to[0].paths is "/a/*/b", expected at most one wildcard, at the beginning or the end; write {*} for one part of a path, {**} for the rest'],
    ['a path without slash', { paths: ['orders'] }, 'an entry of rules[0].to[0].paths is "orders", expected it to begin with a slash or a wildcard; write "/orders"'],
  ])('refuses %s', (_, operation, message) => {
    expect(() => render(operation as AuthorizationOperation)).toThrow(message);
  });
});
