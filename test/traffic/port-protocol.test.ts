import { Testing } from 'cdk8s';
import { PortProtocol, ServiceEntry } from '../../src';
import { namesItsHost } from '../../src/traffic/port-protocol';

describe('PortProtocol', () => {
  test.each(Object.values(PortProtocol))('Istio knows %s', (protocol) => {
    const chart = Testing.chart();
    new ServiceEntry(chart, 'Entry', { hosts: ['api.example.com'], ports: [{ number: 9000, protocol }] });

    expect(Testing.synth(chart)[0].spec.ports).toEqual([{ number: 9000, name: `${protocol.toLowerCase().replace('_', '-')}-9000`, protocol }]);
    expect(chart).toBeAcceptedByIstio();
  });

  test('tells which protocols name the host in each request', () => {
    expect(Object.values(PortProtocol).filter(namesItsHost)).toEqual(['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-WEB', 'HTTPS', 'TLS']);
    expect(namesItsHost(undefined)).toBe(false);
  });
});
