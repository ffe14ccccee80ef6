import { Testing } from 'cdk8s';
import { rawGateway, rawService } from './objects';
import { GatewayDeployment, GatewayDeploymentProps, IstioGateway, WaypointTraffic } from '../../src';

describe('GatewayDeployment', () => {
  test.each<[GatewayDeploymentProps, object]>([
    [{ waypointFor: WaypointTraffic.ALL }, { labels: { 'istio.io/waypoint-for': 'all' } }],
    [{ revision: 'canary' }, { labels: { 'istio.io/rev': 'canary' } }],
    [{ nameOverride: 'edge' }, { annotations: { 'gateway.istio.io/name-override': 'edge' } }],
    [{ serviceAccount: 'edge' }, { annotations: { 'gateway.istio.io/service-account': 'edge' } }],
    [{ inboundProxyProtocol: true }, { annotations: { 'ambient.istio.io/waypoint-inbound-binding': 'PROXY' } }],
    [{ inboundProxyProtocol: true, inboundPort: 15088 }, { annotations: { 'ambient.istio.io/waypoint-inbound-binding': 'PROXY/15088' } }],
    [{ inboundProxyProtocol: false }, { annotations: { 'ambient.istio.io/waypoint-inbound-binding': 'NONE' } }],
  ])('%j is written', (props, metadata) => {
    const chart = Testing.chart();
    GatewayDeployment.configure(rawGateway(chart), props);

    expect(synthUnjudged(chart)[0].metadata).toEqual({ name: 'waypoint', ...metadata });
  });

  test('a class of gateways has what is for all of them', () => {
    const chart = Testing.chart();
    GatewayDeployment.configure(rawGateway(chart, 'GatewayClass'), { waypointFor: WaypointTraffic.WORKLOAD, inboundProxyProtocol: true });

    expect(synthUnjudged(chart)[0].metadata).toMatchObject({
      labels: { 'istio.io/waypoint-for': 'workload' }, annotations: { 'ambient.istio.io/waypoint-inbound-binding': 'PROXY' },
    });
  });

  test.each<[string, any, string]>([
    ['an unknown property', { serviceType: 'NodePort' }, 'GatewayDeployment.configure has no property "serviceType"'],
    ['traffic that is none', { waypointFor: 'pods' }, 'waypointFor is "pods", expected one of service, workload, all, none'],
    ['a revision that is none', { revision: '1.31' }, 'the revision is "1.31", expected a DNS label'],
    ['a name that is none', { nameOverride: 'Edge' }, 'nameOverride is "Edge", expected at most 253 lower-case letters'],
    ['a name with dots', { nameOverride: 'a.b' }, 'nameOverride is "a.b", expected a DNS label'],
    ['an account that is none', { serviceAccount: '' }, 'serviceAccount is "", expected at most 253 lower-case letters'],
    ['a protocol that is no flag', { inboundProxyProtocol: 'PROXY' }, 'inboundProxyProtocol is "PROXY", expected true or false'],
    ['a port out of range', { inboundProxyProtocol: true, inboundPort: 65536 }, 'inboundPort is 65536, expected a whole number from 1 to 65535'],
    ['a port without protocol', { inboundPort: 80 }, 'inboundPort is 80 without inboundProxyProtocol, expected both; set inboundProxyProtocol to true'],
  ])('refuses %s', (_, props, message) => {
    expect(() => GatewayDeployment.configure(rawGateway(Testing.chart()), props)).toThrow(message);
  });

  test('refuses what is not deployed', () => {
    const chart = Testing.chart();
    const message = 'GatewayDeployment.configure is for a Gateway of the Gateway API';
    expect(() => GatewayDeployment.configure(rawService(chart), { revision: 'canary' })).toThrow(message);
    expect(() => GatewayDeployment.configure(new IstioGateway(chart, 'Edge', { servers: [] }), { revision: 'canary' })).toThrow(message);
    expect(() => GatewayDeployment.configure(rawGateway(chart, 'GatewayClass'), { revision: 'canary' })).toThrow(message);
  });
});
