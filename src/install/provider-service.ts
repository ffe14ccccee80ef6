import { IConstruct } from 'constructs';
import { optionalText, port as portNumber, show } from '../private/check';
import { dnsLabel } from '../private/names';
import { given } from '../private/render';
import { ServiceRef } from '../traffic/service-ref';

/**
 * The service that an extension provider calls.
 */
export interface ProviderService {
  /**
   * The service: its construct, a ServiceEntry with one host, or a `ServiceRef`. Its namespace must be known.
   */
  readonly service: IConstruct;

  /**
   * The port of the service.
   */
  readonly port: number;

  /**
   * The namespace whose service is meant, where several namespaces define the same host.
   *
   * @default - any
   */
  readonly serviceNamespace?: string;
}

/** @internal */
export function renderService(where: string, { service, port, serviceNamespace }: ProviderService): { service: string; port: number } {
  const ref = ServiceRef.of(service);
  if (ref.host.includes('*') || !ref.host.includes('.')) {
    throw new Error(`the service of ${where} is ${show(ref.host)}, expected a full host name, as the mesh has no namespace of its own; give the namespace of the service`);
  }
  portNumber(`the port of ${where}`, port);
  const known = ref._ports();
  if (known && !known.includes(port)) {
    throw new Error(`the port of ${where} is ${port}, expected one of ${known.join(', ')}, which are those of ${show(ref.name)}; name one of them`);
  }
  const namespace = given(serviceNamespace, (name) => dnsLabel(`serviceNamespace of ${where}`, name));
  return { service: namespace === undefined ? ref.host : `${namespace}/${ref.host}`, port };
}

/** How long the texts of tags may be; Istio takes 0 for its default. */
export const TAG_REMEDY = 'leave it out for 256';

/** @internal */
export function optionalPath(where: string, path: string | undefined): string | undefined {
  if (optionalText(where, path)?.startsWith('/') === false) {
    throw new Error(`${where} is ${show(path)}, expected a path that begins with "/"; write it so`);
  }
  return path;
}
