import { methods, paths, patterns, ports } from './values';
import { AuthorizationPolicySpecRulesToOperation } from '../../imports/security.istio.io';
import { noUnknown, object } from '../private/check';

/**
 * What a request asks for. All fields must hold together; inside one field one value must hold.
 *
 * Strings match exactly, by their beginning (`a*`), by their end (`*a`) or any (`*`).
 * Only ports are known of TCP connections. A policy that denies by other fields refuses all of them, so name ports there.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
 */
export interface AuthorizationOperation {
  /**
   * The hosts, with the port if the client sends one, compared without regard to case.
   *
   * @default - any
   */
  readonly hosts?: string[];

  /**
   * The hosts that the request may not be for.
   *
   * @default - none
   */
  readonly notHosts?: string[];

  /**
   * The ports of the workload, 1 to 65535.
   *
   * @default - any
   */
  readonly ports?: number[];

  /**
   * The ports that the request may not come in on.
   *
   * @default - none
   */
  readonly notPorts?: number[];

  /**
   * The HTTP methods, in upper case; of gRPC always `POST`.
   *
   * @default - any
   */
  readonly methods?: string[];

  /**
   * The HTTP methods that the request may not have.
   *
   * @default - none
   */
  readonly notMethods?: string[];

  /**
   * The paths, such as `/orders` and `/orders/*`; of gRPC `/package.Service/Method`.
   * In a template `{*}` is one part of a path and `{**}`, as the last operator, any number of them: `/orders/{*}/items/{**}`.
   *
   * @default - any
   */
  readonly paths?: string[];

  /**
   * The paths that the request may not have.
   *
   * @default - none
   */
  readonly notPaths?: string[];
}

/** @internal */
export function renderOperation(where: string, operation: AuthorizationOperation): AuthorizationPolicySpecRulesToOperation {
  const {
    hosts, notHosts, ports: numbers, notPorts, methods: verbs, notMethods, paths: templates, notPaths, ...rest
  } = object(where, operation);
  noUnknown(where, rest);
  const rendered = {
    hosts: patterns(`${where}.hosts`, hosts),
    notHosts: patterns(`${where}.notHosts`, notHosts),
    ports: ports(`${where}.ports`, numbers),
    notPorts: ports(`${where}.notPorts`, notPorts),
    methods: methods(`${where}.methods`, verbs),
    notMethods: methods(`${where}.notMethods`, notMethods),
    paths: paths(`${where}.paths`, templates),
    notPaths: paths(`${where}.notPaths`, notPaths),
  };
  if (Object.values(rendered).every((values) => values === undefined)) {
    throw new Error(`${where} is empty, expected at least one field; leave it out for any operation`);
  }
  return rendered;
}
