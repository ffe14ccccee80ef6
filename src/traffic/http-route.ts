import { Duration } from 'cdk8s';
import { CorsPolicy, renderCors } from './cors-policy';
import { Destination, renderSplit, WeightedDestination } from './destination';
import { HttpFault } from './http-fault';
import { HttpHeaders, isAuthority, renderHeaders } from './http-headers';
import { HttpMatch, joined } from './http-match';
import { HttpMirror, mirrored, renderMirrors } from './http-mirror';
import { HttpRedirect, renderRedirect } from './http-redirect';
import { HttpRewrite, renderRewrite } from './http-rewrite';
import { IIstioGateway } from './istio-gateway';
import { RetryPolicy } from './retry-policy';
import { IVirtualService } from './virtual-service';
import { VirtualServiceSpecHttp } from '../../imports/networking.istio.io';
import { instance, list, noUnknown, object, optionalText, show, text, whole } from '../private/check';
import { optionalDuration } from '../private/duration';
import { given, orUndefined } from '../private/render';

/**
 * What every HTTP rule can have, whatever it does.
 */
export interface HttpRouteOptions {
  /**
   * The name of the rule, shown in access logs and needed where a controller moves its weights.
   *
   * @default - no name
   */
  readonly name?: string;

  /**
   * The requests it is for: those that one of these matches.
   *
   * @default - every request
   */
  readonly match?: HttpMatch[];

  /**
   * Changes to headers.
   *
   * @default - none
   */
  readonly headers?: HttpHeaders;

  /**
   * Which web pages of other origins may call from a browser.
   *
   * @default - the proxy adds nothing; the service decides
   */
  readonly cors?: CorsPolicy;
}

/**
 * What rules that send requests on can have.
 */
export interface HttpForwardOptions extends HttpRouteOptions {
  /**
   * How long the whole request may take, retries included; at least 1 ms.
   *
   * @default - no limit
   */
  readonly timeout?: Duration;

  /**
   * When and how often failed requests are tried again.
   *
   * @default - two retries, on connect-failure, refused-stream, unavailable and cancelled
   */
  readonly retries?: RetryPolicy;

  /**
   * Faults put into requests on purpose.
   *
   * @default - none
   */
  readonly fault?: HttpFault;

  /**
   * Copies of requests to other destinations.
   *
   * @default - none
   */
  readonly mirrors?: HttpMirror[];

  /**
   * A copy of requests to another destination, in Istio's older form.
   *
   * @default - none
   * @deprecated use `mirrors`, which sends copies to one destination or several
   */
  readonly mirror?: Destination;

  /**
   * The percentage of requests that are copied to `mirror`, 0 to 100. Excludes `mirrorPercent`.
   *
   * @default 100
   * @deprecated use `mirrors`, each with its `percentage`
   */
  readonly mirrorPercentage?: number;

  /**
   * The percentage of requests that are copied to `mirror`, a whole number from 0 to 100.
   *
   * @default 100
   * @deprecated use `mirrors`, each with its `percentage`
   */
  readonly mirrorPercent?: number;

  /**
   * Changes to path and authority.
   *
   * @default - none
   */
  readonly rewrite?: HttpRewrite;
}

/**
 * What rules that answer by themselves can have.
 */
export interface HttpDirectResponseOptions extends HttpRouteOptions {
  /**
   * The body of the answer as text, at most 1 MB.
   *
   * @default - no body
   */
  readonly body?: string;

  /**
   * The body of the answer as bytes in base64, at most 1 MB of them. Excludes `body`.
   *
   * @default - no body
   */
  readonly bodyBase64?: string;
}

/**
 * A rule for HTTP requests: which ones, and what is done with them. A rule has one action.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export class HttpRoute {
  /**
   * Sends requests to one destination.
   *
   * @param destination where to
   * @param options which requests, and how
   * @throws when a value is wrong
   */
  public static forward(destination: Destination, options: HttpForwardOptions = {}): HttpRoute {
    const to = [{ destination: instance('the destination', destination, Destination, 'Destination.service(orders)')._toIstio() }];
    return new HttpRoute({ ...forwarding(options), route: to }, options.match, [destination, ...mirrored(options)]);
  }

  /**
   * Divides requests among several destinations by their weights.
   *
   * @param destinations the destinations and their weights
   * @param options which requests, and how
   * @throws when a weight is negative or no whole number, or all are 0
   */
  public static split(destinations: WeightedDestination[], options: HttpForwardOptions = {}): HttpRoute {
    return new HttpRoute(
      { ...forwarding(options), route: renderSplit(destinations) },
      options.match,
      [...destinations.map(({ destination }) => destination), ...mirrored(options)],
    );
  }

  /**
   * Answers requests by a redirect.
   *
   * @param redirect where to
   * @param options which requests
   * @throws when the redirect changes nothing or contradicts itself
   */
  public static redirect(redirect: HttpRedirect, options: HttpRouteOptions = {}): HttpRoute {
    const { name, match, headers, cors, ...rest } = object('the options of the redirect', options);
    noUnknown('a redirect', rest);
    const rule = { ...common({ name, match, headers, cors }), redirect: renderRedirect(redirect) };
    if (redirect.prefixRewrite !== undefined && match?.some((entry) => !entry._allowsPrefixRewrite())) {
      throw new Error(`the redirect's prefixRewrite is ${show(redirect.prefixRewrite)}, expected matches by path prefix beside it; use HttpMatch.pathPrefix or set uri`);
    }
    return new HttpRoute(rule, match);
  }

  /**
   * Answers requests by a status, without any service.
   *
   * @param status the HTTP status, 200 to 599
   * @param options which requests, and the body
   * @throws when the status is out of range or the body too large
   */
  public static directResponse(status: number, options: HttpDirectResponseOptions = {}): HttpRoute {
    const { name, match, headers, cors, body, bodyBase64, ...rest } = object('the options of the direct response', options);
    noUnknown('a direct response', rest);
    whole('the status of the direct response', status, 200, 599, 'use one such as 503');
    const directResponse = { status, body: renderBody(body, bodyBase64) };
    return new HttpRoute({ ...common({ name, match, headers, cors }), directResponse }, match);
  }

  /**
   * Leaves requests to the rules of another VirtualService, which has no hosts and gateways of its own. Its rules
   * take timeout, retries, fault, mirrors, rewrite, headers and cors from here where they have none.
   *
   * @param virtualService the VirtualService with the further rules
   * @param options which requests, and what its rules inherit
   * @throws when a value is wrong
   */
  public static delegate(virtualService: IVirtualService, options: HttpForwardOptions = {}): HttpRoute {
    text('the name of the delegate', virtualService?.name, 'pass a VirtualService or VirtualService.fromName("name")');
    const delegate = { name: virtualService.name, namespace: virtualService.namespace };
    return new HttpRoute({ ...forwarding(options), delegate }, options.match, mirrored(options));
  }

  private constructor(
    private readonly rule: VirtualServiceSpecHttp,
    private readonly matches: HttpMatch[] | undefined,
    private readonly destinations: Destination[] = [],
  ) {}

  /**
   * The rule's matches; undefined where it is for every request.
   *
   * @internal
   */
  public _matches(): HttpMatch[] | undefined {
    return orUndefined(this.matches);
  }

  /**
   * The rule for some of its requests only.
   *
   * @internal
   */
  public _within(matches: HttpMatch[] | undefined): HttpRoute {
    return new HttpRoute(this.rule, joined(matches, this._matches()), this.destinations);
  }

  /**
   * The name of the rule, where it has one.
   *
   * @internal
   */
  public get _name(): string | undefined {
    return this.rule.name;
  }

  /**
   * The rule under another name.
   *
   * @internal
   */
  public _named(name: string | undefined): HttpRoute {
    return new HttpRoute({ ...this.rule, name }, this.matches, this.destinations);
  }

  /**
   * The name of the rule, or else its place, for messages.
   *
   * @internal
   */
  public _label(index: number): string {
    return this.rule.name === undefined ? `rule ${index + 1}` : `rule "${this.rule.name}"`;
  }

  /**
   * Whether another VirtualService holds its rules.
   *
   * @internal
   */
  public _isDelegating(): boolean {
    return this.rule.delegate !== undefined;
  }

  /** @internal */
  public _validate(): string[] {
    return this.destinations.flatMap((destination) => destination._validate());
  }

  /** @internal */
  public _toIstio(gatewayName: (gateway: IIstioGateway) => string): VirtualServiceSpecHttp {
    return { ...this.rule, match: this._matches()?.map((match) => match._toIstio(gatewayName)) };
  }
}

function common({ name, match, headers, cors }: HttpRouteOptions): VirtualServiceSpecHttp {
  if (match !== undefined) {
    list('the match of a rule', match, 'to match every request leave it out')
      .forEach((entry) => instance('a match', entry, HttpMatch, 'HttpMatch.pathPrefix("/orders")'));
  }
  return {
    name: optionalText('the name of a rule', name, 'leave it out for no name'),
    headers: renderHeaders('headers', headers),
    corsPolicy: given(cors, renderCors),
  };
}

function forwarding(options: HttpForwardOptions): VirtualServiceSpecHttp {
  const { name, match, headers, cors, timeout, retries, fault, mirrors, mirror, mirrorPercentage, mirrorPercent, rewrite, ...rest } = object('the options of the rule', options);
  noUnknown('a rule that forwards', rest);
  checkAuthority(headers, rewrite);
  return {
    ...common({ name, match, headers, cors }),
    timeout: optionalDuration('the timeout', timeout),
    retries: given(retries, (policy) => instance('the retries', policy, RetryPolicy, 'RetryPolicy.never()')._toIstio()),
    fault: given(fault, (faults) => instance('the fault', faults, HttpFault, 'HttpFault.abort(503, 1)')._toIstio()),
    ...renderMirrors({ mirrors, mirror, mirrorPercentage, mirrorPercent }),
    rewrite: given(rewrite, renderRewrite),
  };
}

function checkAuthority(headers: HttpHeaders | undefined, rewrite: HttpRewrite | undefined): void {
  const { set = {}, add = {} } = headers?.request ?? {};
  const authorities = [
    ...Object.keys(set).filter(isAuthority).map((header) => `headers.request.set["${header}"]`),
    ...Object.keys(add).filter(isAuthority).map((header) => `headers.request.add["${header}"]`),
    ...(rewrite?.authority === undefined ? [] : ['rewrite.authority']),
  ];
  if (authorities.length > 1) {
    throw new Error(`the authority is set by ${authorities.join(' and ')}, expected one of them; keep the one you mean`);
  }
}

const MEGABYTE = 1024 * 1024;
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function renderBody(body: string | undefined, bodyBase64: string | undefined) {
  if (body !== undefined && bodyBase64 !== undefined) {
    throw new Error('the direct response has body and bodyBase64, expected one of them; keep the one you mean');
  }
  if (body === undefined && bodyBase64 === undefined) {
    return undefined;
  }
  if (body !== undefined && typeof body !== 'string') {
    throw new Error(`the body of the direct response is ${show(body)}, expected a string; for other content write its text`);
  }
  if (bodyBase64 !== undefined && !(typeof bodyBase64 === 'string' && bodyBase64 !== '' && BASE64.test(bodyBase64))) {
    throw new Error(`the bodyBase64 of the direct response is ${show(bodyBase64)}, expected base64 with padding; for text use body`);
  }
  const size = body === undefined ? Buffer.byteLength(bodyBase64!, 'base64') : Buffer.byteLength(body);
  if (size > MEGABYTE) {
    throw new Error(`the body of the direct response has ${size} bytes, expected at most ${MEGABYTE}; serve it from a service`);
  }
  return { string: body, bytes: bodyBase64 };
}
