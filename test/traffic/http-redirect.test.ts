import { Testing } from 'cdk8s';
import { HttpMatch, HttpRedirect, HttpRoute, RedirectCode, RedirectPort, VirtualService } from '../../src';

function render(redirect: HttpRedirect) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Old', { hosts: ['old.example.com'], http: [HttpRoute.redirect(redirect, { match: [HttpMatch.pathPrefix('/old')] })] });
  return { chart, rendered: Testing.synth(chart)[0].spec.http[0].redirect };
}

describe('HttpRedirect', () => {
  test.each<[string, HttpRedirect, object]>([
    ['everything but a prefix', { uri: '/new', authority: 'new.example.com', scheme: 'https', port: 8443, code: RedirectCode.PERMANENT_REDIRECT },
      { uri: '/new', authority: 'new.example.com', scheme: 'https', port: 8443, redirectCode: 308 }],
    ['a prefix', { prefixRewrite: '/new' }, { prefixRewrite: '/new' }],
    ['the port of the protocol', { scheme: 'http', derivePort: RedirectPort.FROM_PROTOCOL_DEFAULT }, { scheme: 'http', derivePort: 'FROM_PROTOCOL_DEFAULT' }],
    ['the port of the request', { derivePort: RedirectPort.FROM_REQUEST_PORT }, { derivePort: 'FROM_REQUEST_PORT' }],
    ...[301, 302, 303, 307, 308].map((code) => [`code ${code}`, { uri: '/', code }, { uri: '/', redirectCode: code }] as [string, HttpRedirect, object]),
  ])('%s', (_, redirect, expected) => {
    const { chart, rendered } = render(redirect);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['nothing', {}, 'the redirect changes nothing, expected uri, prefixRewrite, authority, scheme, port or derivePort; say where to'],
    ['a code alone', { code: 302 }, 'the redirect changes nothing'],
    ['null', null, 'the redirect is null, expected an object'],
    ['a path for an object', '/new', 'the redirect is "/new", expected an object'],
    ['a route', { uri: '/', route: [] }, 'the redirect has no property "route" (got []); a rule has one action: use HttpRoute.forward(...) or HttpRoute.split(...)'],
    ['an empty path', { uri: '' }, 'the redirect\'s uri is "", expected a non-empty string; leave it out to keep that of the request'],
    ['path and prefix', { uri: '/a', prefixRewrite: '/b' }, 'the redirect has uri "/a" and prefixRewrite "/b", expected one of them; keep the one you mean'],
    ['two ports', { port: 80, derivePort: 'FROM_REQUEST_PORT' }, 'the redirect has port 80 and derivePort "FROM_REQUEST_PORT", expected one of them; keep the one you mean'],
    ['another scheme', { scheme: 'ftp' }, 'the redirect\'s scheme is "ftp", expected "http" or "https"; leave it out to keep that of the request'],
    ['port 0', { port: 0 }, "the redirect's port is 0, expected a whole number from 1 to 65535"],
    ['an unknown port', { derivePort: 'RANDOM' }, 'the redirect\'s derivePort is "RANDOM", expected one of FROM_PROTOCOL_DEFAULT, FROM_REQUEST_PORT'],
    ['another code', { uri: '/', code: 300 }, "the redirect's code is 300, expected 301, 302, 303, 307 or 308; Envoy can send no other"],
    ['the name of a code', { uri: '/', code: 'FOUND' }, 'the redirect\'s code is "FOUND", expected 301, 302, 303, 307 or 308'],
    ['a code as text', { uri: '/', code: '301' }, 'the redirect\'s code is "301"'],
  ])('refuses %s', (_, redirect, message) => {
    expect(() => render(redirect as HttpRedirect)).toThrow(message);
  });
});
