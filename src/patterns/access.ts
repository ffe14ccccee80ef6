import { list, noUnknown, object, show } from '../private/check';
import { orUndefined } from '../private/render';
import { AuthorizationCondition } from '../security/authorization-condition';
import { AuthorizationOperation } from '../security/authorization-operation';

/**
 * What a caller may ask of a service. All of it must hold; inside one field one value must.
 */
export interface Access {
  /**
   * The HTTP methods, in upper case.
   *
   * @default - any
   */
  readonly methods?: string[];

  /**
   * The paths, such as `/orders` and `/orders/*`.
   *
   * @default - any
   */
  readonly paths?: string[];

  /**
   * The gRPC methods, such as `shop.goods.v1.Goods/List`, or whole gRPC services, such as `shop.goods.v1.Goods`. Excludes `methods` and `paths`.
   *
   * @default - any
   */
  readonly grpc?: string[];

  /**
   * The ports of the workload (not of its Service), 1 to 65535.
   *
   * @default - any
   */
  readonly ports?: number[];

  /**
   * The claims that the request's token must have, each with the values of which it must have one, such as `{ group: ["admin"] }`.
   * Needs a `RequestAuthentication`, which checks the token.
   *
   * @default - none, and no token is needed
   */
  readonly claims?: Record<string, string[]>;
}

/** The parts of a rule that an access stands for. */
export function renderAccess(access: Access): { to?: AuthorizationOperation[]; when?: AuthorizationCondition[] } {
  const { methods, paths, grpc, ports, claims, ...rest } = object('the access', access);
  noUnknown('the access', rest);
  if (grpc !== undefined && (methods !== undefined || paths !== undefined)) {
    throw new Error('the access has grpc and methods or paths, expected one of them; a gRPC method is a path of its own, and its HTTP method is always POST');
  }
  const operation = grpc === undefined ? { methods, paths, ports } : { methods: ['POST'], paths: list('grpc', grpc, 'leave it out for any').map(grpcPath), ports };
  const conditions = Object.entries(object('the claims', claims ?? {})).map(([claim, values]) => AuthorizationCondition.requestClaim(claim, { values }));
  return {
    to: Object.values(operation).every((value) => value === undefined) ? undefined : [operation],
    when: orUndefined(conditions),
  };
}

const GRPC = /^[A-Za-z_][\w.]*(?:\/[A-Za-z_]\w*)?$/;

function grpcPath(name: string): string {
  if (typeof name !== 'string' || !GRPC.test(name)) {
    throw new Error(`an entry of grpc is ${show(name)}, expected package.Service or package.Service/Method; write for example "shop.goods.v1.Goods/List"`);
  }
  return name.includes('/') ? `/${name}` : `/${name}/*`;
}
