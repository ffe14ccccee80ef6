import { Duration, Testing } from 'cdk8s';
import { CorsPolicy, Destination, HttpRoute, ServiceRef, StringMatch, UnmatchedPreflights, VirtualService } from '../../src';

const orders = ServiceRef.fromName('orders');
const allowOrigins = [StringMatch.exact('https://app.example.com')];

function render(cors: CorsPolicy) {
  const chart = Testing.chart();
  new VirtualService(chart, 'Orders', { services: [orders], http: [HttpRoute.forward(Destination.service(orders), { cors })] });
  return { chart, rendered: Testing.synth(chart)[0].spec.http[0].corsPolicy };
}

describe('CorsPolicy', () => {
  test('every field reaches the manifest', () => {
    const { chart, rendered } = render({
      allowOrigins: [...allowOrigins, StringMatch.regex('https://.*\\.example\\.com')],
      allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'],
      allowHeaders: ['X-Request-Id', '*'],
      exposeHeaders: ['x-total'],
      maxAge: Duration.hours(24),
      allowCredentials: true,
      unmatchedPreflights: UnmatchedPreflights.IGNORE,
    });

    expect(rendered).toEqual({
      allowOrigins: [{ exact: 'https://app.example.com' }, { regex: 'https://.*\\.example\\.com' }],
      allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'],
      allowHeaders: ['X-Request-Id', '*'],
      exposeHeaders: ['x-total'],
      maxAge: '24h',
      allowCredentials: true,
      unmatchedPreflights: 'IGNORE',
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, CorsPolicy, object]>([
    ['the older form', { allowOrigin: ['https://app.example.com', '*'] }, { allowOrigin: ['https://app.example.com', '*'] }],
    ['preflights sent on', { allowOrigins, unmatchedPreflights: UnmatchedPreflights.FORWARD }, { allowOrigins: [{ exact: 'https://app.example.com' }], unmatchedPreflights: 'FORWARD' }],
  ])('%s', (_, cors, expected) => {
    const { chart, rendered } = render(cors);

    expect(rendered).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'cors is null, expected an object'],
    ['true', true, 'cors is true, expected an object'],
    ['no origins', {}, 'cors.allowOrigins is undefined, expected a list of at least one entry; name at least one origin that may call'],
    ['an origin as text', { allowOrigins: ['*'] }, 'an origin in cors.allowOrigins is "*", expected a StringMatch; write StringMatch.exact(...), .prefix(...) or .regex(...), one of them'],
    ['an origin that only has to be there', { allowOrigins: [StringMatch.present()] }, 'an origin in cors.allowOrigins is StringMatch.present(), expected a value to compare with; every request has one, so leave it out'],
    ['a method in lower case', { allowOrigins, allowMethods: ['get'] }, 'cors.allowMethods has "get", expected one of GET, HEAD, POST, PUT, PATCH, DELETE, CONNECT, OPTIONS, TRACE, *; write methods in upper case'],
    ['a method for a list', { allowOrigins, allowMethods: 'GET' }, 'cors.allowMethods is "GET", expected a list'],
    ['a header that is none', { allowOrigins, allowHeaders: ['x y'] }, 'the header in cors.allowHeaders is "x y", expected a header name'],
    ['headers that are no list', { allowOrigins, exposeHeaders: 'x-a' }, 'cors.exposeHeaders is "x-a", expected a list'],
    ['an exposed header that is none', { allowOrigins, exposeHeaders: [null] }, 'the header in cors.exposeHeaders is null, expected a header name'],
    ['an age that is a number', { allowOrigins, maxAge: 60 }, 'cors.maxAge is 60, expected a Duration'],
    ['an age of parts of a second', { allowOrigins, maxAge: Duration.seconds(1.5) }, 'cors.maxAge is 1500 ms, expected whole seconds; browsers count in seconds'],
    ['a flag as text', { allowOrigins, allowCredentials: 'true' }, 'cors.allowCredentials is "true", expected true or false'],
    ['an unknown answer', { allowOrigins, unmatchedPreflights: 'DROP' }, 'cors.unmatchedPreflights is "DROP", expected one of FORWARD, IGNORE'],
    ['both forms of origins', { allowOrigins, allowOrigin: ['*'] }, 'cors has allowOrigins and allowOrigin, expected one of them; keep allowOrigins, Istio ignores the other'],
    ['no origins in the older form', { allowOrigin: [] }, 'cors.allowOrigin is [], expected a list of at least one entry; name at least one origin that may call'],
    ['an empty origin in the older form', { allowOrigin: [''] }, 'an origin in cors.allowOrigin is "", expected a non-empty string; write it in full, such as "https://app.example.com"'],
    ['an unknown property', { allowOrigins, allowMethod: ['*'] }, 'cors has no property "allowMethod"'],
  ])('refuses %s', (_, cors, message) => {
    expect(() => render(cors as CorsPolicy)).toThrow(message);
  });
});
