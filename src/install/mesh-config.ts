import { Duration, Yaml } from 'cdk8s';
import { ConfigSource } from './config-source';
import { ExtensionProvider, ProviderUse } from './extension-provider';
import { renderSelection } from './label-selection';
import { renderAuthority, RootCertificate } from './mesh-certificates';
import { DefaultProviders, MeshConfigProps, renderTrafficPolicy } from './mesh-config-props';
import { AccessLogEncoding, InboundTrafficPolicy, IngressControllerMode, PathNormalization } from './mesh-enums';
import { renderMutualTls, renderTlsDefaults } from './mesh-tls';
import { MeshOutboundTrafficPolicy } from './outbound-policy';
import { plain } from './plain';
import { renderScope, renderServiceSettings, renderVisibility } from './service-visibility';
import { flag, instance, member, noUnknown, object, optionalList, optionalText, port, show, texts } from '../private/check';
import { istioDuration, optionalDuration } from '../private/duration';
import { dnsLabel } from '../private/names';
import { given, orUndefined } from '../private/render';
import { H2UpgradePolicy, renderConnectionPool, TcpKeepalive } from '../traffic/connection-pool';
import { ExportTo } from '../traffic/export-to';
import { Locality } from '../traffic/locality';
import { RetryPolicy } from '../traffic/retry-policy';
import { renderProxySettings } from '../workload/proxy-settings';

/** The providers that every mesh has. */
const BUILT_IN: Record<string, ProviderUse[]> = {
  prometheus: [ProviderUse.METRICS],
  stackdriver: [ProviderUse.TRACING, ProviderUse.METRICS, ProviderUse.ACCESS_LOGGING],
  envoy: [ProviderUse.ACCESS_LOGGING],
};

/**
 * What the whole mesh goes by, in the forms that Istio's installers take.
 *
 * @example
 * const mesh = new MeshConfig({
 *   accessLogFile: '/dev/stdout',
 *   extensionProviders: [ExtensionProvider.opentelemetry('otel', { service: collector, port: 4317 })],
 *   outboundTrafficPolicy: MeshOutboundTrafficPolicy.registryOnly(),
 * });
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig
 */
export class MeshConfig {
  private readonly config: object;

  /**
   * Checks the settings.
   *
   * @param props the settings
   * @throws when a value is wrong, a provider is there twice, or a default names a provider that is not there
   */
  public constructor(props: MeshConfigProps = {}) {
    this.config = plain(render(object('the properties of the MeshConfig', props)));
  }

  /**
   * The configuration as an object: the value `meshConfig` of Istio's Helm charts and of IstioOperator.
   */
  public toValues(): { [key: string]: any } {
    return plain(this.config);
  }

  /**
   * The configuration as YAML: the key `mesh` of the ConfigMap `istio`.
   */
  public toYaml(): string {
    return Yaml.stringify(this.config);
  }
}

/** The settings by their names in Istio, each of which the props have exactly once. */
function render(props: MeshConfigProps): object {
  const {
    proxyListenPort, proxyInboundListenPort, proxyHttpPort, connectTimeout, hboneIdleTimeout, protocolDetectionTimeout, tcpKeepalive, ingressClass,
    ingressService, ingressControllerMode, ingressSelector, enableTracing, accessLogFile, accessLogFormat, accessLogEncoding,
    enableEnvoyAccessLogService, disableEnvoyListenerLog, defaultConfig, outboundTrafficPolicy, inboundTrafficPolicy, configSources, enableAutoMtls,
    trustDomain, trustDomainAliases, caCertificates, ca, defaultServiceExportTo, defaultVirtualServiceExportTo, defaultDestinationRuleExportTo,
    rootNamespace, locality, dnsRefreshRate, h2UpgradePolicy, inboundClusterStatName, outboundClusterStatName, serviceSettings, serviceScopeConfigs,
    enablePrometheusMerge, extensionProviders, defaultProviders, discoverySelectors, pathNormalization, defaultHttpRetryPolicy, meshMtls,
    tlsDefaults, defaultTrafficPolicy, serviceEntryVisibility, ...rest
  } = props;
  noUnknown('MeshConfig', rest);
  const providers = providersOf(extensionProviders);
  return {
    proxyListenPort: given(proxyListenPort, (value) => port('proxyListenPort', value)),
    proxyInboundListenPort: given(proxyInboundListenPort, (value) => port('proxyInboundListenPort', value)),
    proxyHttpPort: given(proxyHttpPort, (value) => port('proxyHttpPort', value)),
    connectTimeout: given(connectTimeout, renderConnectTimeout),
    hboneIdleTimeout: optionalDuration('hboneIdleTimeout', hboneIdleTimeout),
    protocolDetectionTimeout: optionalDuration('protocolDetectionTimeout', protocolDetectionTimeout),
    tcpKeepalive: given(tcpKeepalive, renderKeepalive),
    ingressClass: optionalText('ingressClass', ingressClass),
    ingressService: optionalText('ingressService', ingressService),
    ingressControllerMode: given(ingressControllerMode, (value) => member('ingressControllerMode', value, IngressControllerMode)),
    ingressSelector: optionalText('ingressSelector', ingressSelector),
    enableTracing: flag('enableTracing', enableTracing),
    accessLogFile: optionalText('accessLogFile', accessLogFile, 'leave it out for no access log'),
    accessLogFormat: optionalText('accessLogFormat', accessLogFormat),
    accessLogEncoding: given(accessLogEncoding, (value) => member('accessLogEncoding', value, AccessLogEncoding)),
    enableEnvoyAccessLogService: flag('enableEnvoyAccessLogService', enableEnvoyAccessLogService),
    disableEnvoyListenerLog: flag('disableEnvoyListenerLog', disableEnvoyListenerLog),
    defaultConfig: given(defaultConfig, (value) => renderProxySettings('defaultConfig', value)),
    outboundTrafficPolicy: given(outboundTrafficPolicy, (value) =>
      instance('outboundTrafficPolicy', value, MeshOutboundTrafficPolicy, 'MeshOutboundTrafficPolicy.registryOnly()')._toIstio()),
    inboundTrafficPolicy: given(inboundTrafficPolicy, (value) => ({ mode: member('inboundTrafficPolicy', value, InboundTrafficPolicy) })),
    configSources: each('configSources', configSources, ConfigSource, 'ConfigSource.kubernetes()'),
    enableAutoMtls: flag('enableAutoMtls', enableAutoMtls),
    trustDomain: given(trustDomain, (value) => renderTrustDomain('trustDomain', value)),
    trustDomainAliases: texts('trustDomainAliases', trustDomainAliases)?.map((value) => renderTrustDomain('an entry of trustDomainAliases', value)),
    caCertificates: each('caCertificates', caCertificates, RootCertificate, 'RootCertificate.pem("-----BEGIN CERTIFICATE-----...")'),
    ca: given(ca, renderAuthority),
    defaultServiceExportTo: renderExport('defaultServiceExportTo', defaultServiceExportTo),
    defaultVirtualServiceExportTo: renderExport('defaultVirtualServiceExportTo', defaultVirtualServiceExportTo),
    defaultDestinationRuleExportTo: renderExport('defaultDestinationRuleExportTo', defaultDestinationRuleExportTo),
    rootNamespace: given(rootNamespace, (value) => dnsLabel('rootNamespace', value)),
    ...given(locality, (value) => instance('locality', value, Locality, 'Locality.failover()')._toIstio()),
    dnsRefreshRate: optionalDuration('dnsRefreshRate', dnsRefreshRate),
    h2UpgradePolicy: given(h2UpgradePolicy, renderUpgrade),
    inboundClusterStatName: optionalText('inboundClusterStatName', inboundClusterStatName),
    outboundClusterStatName: optionalText('outboundClusterStatName', outboundClusterStatName),
    serviceSettings: orUndefined(optionalList('serviceSettings', serviceSettings)?.map(renderServiceSettings)),
    serviceScopeConfigs: orUndefined(optionalList('serviceScopeConfigs', serviceScopeConfigs)?.map(renderScope)),
    enablePrometheusMerge: flag('enablePrometheusMerge', enablePrometheusMerge),
    extensionProviders: orUndefined(providers.map((provider) => provider._toIstio())),
    defaultProviders: given(defaultProviders, (value) => renderDefaults(value, providers)),
    discoverySelectors: orUndefined(optionalList('discoverySelectors', discoverySelectors)
      ?.map((selection, index) => renderSelection(`discoverySelectors[${index}]`, selection))),
    pathNormalization: given(pathNormalization, (value) => ({ normalization: member('pathNormalization', value, PathNormalization) })),
    defaultHttpRetryPolicy: given(defaultHttpRetryPolicy, renderRetries),
    meshMTLS: given(meshMtls, renderMutualTls),
    tlsDefaults: given(tlsDefaults, renderTlsDefaults),
    defaultTrafficPolicy: given(defaultTrafficPolicy, renderTrafficPolicy),
    serviceEntryVisibility: given(serviceEntryVisibility, renderVisibility),
  };
}

function each<T extends { _toIstio(): object }>(where: string, values: T[] | undefined, type: Function & { prototype: T }, example: string) {
  return orUndefined(optionalList(where, values)?.map((value) => instance(`an entry of ${where}`, value, type, example)._toIstio()));
}

function renderConnectTimeout(timeout: Duration): string {
  const rendered = istioDuration('connectTimeout', timeout);
  if (timeout.toMilliseconds() > 3_600_000) {
    throw new Error(`connectTimeout is ${rendered}, expected at most 1 hour; shorten it`);
  }
  return rendered;
}

/** The rest is what the connection pool of a destination has. */
function renderKeepalive(keepalive: TcpKeepalive): object {
  return renderConnectionPool({ tcp: { tcpKeepalive: keepalive } }).tcp!.tcpKeepalive!;
}

function renderTrustDomain(where: string, domain: string): string {
  const labels = typeof domain === 'string' ? domain.replace(/\.$/, '').split('.') : [''];
  if (!labels.every((label) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i.test(label))) {
    throw new Error(`${where} is ${show(domain)}, expected labels of letters, digits and dashes joined by dots; write for example "example.com"`);
  }
  return domain;
}

function renderExport(where: string, exportTo: ExportTo | undefined): string[] | undefined {
  return given(exportTo, (value) => instance(where, value, ExportTo, 'ExportTo.OWN_NAMESPACE')._toIstio());
}

function renderUpgrade(policy: H2UpgradePolicy): string {
  if (member('h2UpgradePolicy', policy, H2UpgradePolicy) === H2UpgradePolicy.DEFAULT) {
    throw new Error('h2UpgradePolicy is DEFAULT, expected UPGRADE or DO_NOT_UPGRADE, as this is where the default is set; choose one of them');
  }
  return policy;
}

function renderRetries(policy: RetryPolicy): object {
  const retries = instance('defaultHttpRetryPolicy', policy, RetryPolicy, 'RetryPolicy.never()')._toIstio();
  if (retries.perTryTimeout !== undefined) {
    throw new Error(`perTry of defaultHttpRetryPolicy is ${retries.perTryTimeout}, expected none, as Istio has no such default; set it on the routes`);
  }
  return retries;
}

function providersOf(providers: ExtensionProvider[] | undefined): ExtensionProvider[] {
  const names = new Set<string>();
  for (const provider of optionalList('extensionProviders', providers) ?? []) {
    const { name } = instance('an entry of extensionProviders', provider, ExtensionProvider, 'ExtensionProvider.prometheus("metrics")');
    if (names.has(name)) {
      throw new Error(`extensionProviders has ${show(name)} twice, expected each name once; rename one`);
    }
    names.add(name);
  }
  return providers ?? [];
}

function renderDefaults(defaults: DefaultProviders, providers: ExtensionProvider[]): object {
  const { tracing, metrics, accessLogging, ...rest } = object('defaultProviders', defaults);
  noUnknown('defaultProviders', rest);
  const uses = new Map([...Object.entries(BUILT_IN), ...providers.map((provider) => [provider.name, provider._uses()] as const)]);
  const named = (kind: string, names: string[] | undefined, use: ProviderUse) => texts(`defaultProviders.${kind}`, names)?.map((name) => {
    if (!uses.get(name)?.includes(use)) {
      const fitting = [...uses].filter(([, able]) => able.includes(use)).map(([known]) => known);
      throw new Error(`defaultProviders.${kind} names ${show(name)}, expected a provider of ${use}, of which there are ${fitting.join(', ')}; add it to extensionProviders`);
    }
    return name;
  });
  return {
    tracing: named('tracing', tracing, ProviderUse.TRACING),
    metrics: named('metrics', metrics, ProviderUse.METRICS),
    accessLogging: named('accessLogging', accessLogging, ProviderUse.ACCESS_LOGGING),
  };
}
