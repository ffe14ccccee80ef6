import { ApiObject, Testing } from 'cdk8s';
import { ProxyConfig, ProxyConfigProps, ProxyImage } from '../../src';

function config(props?: ProxyConfigProps) {
  const chart = Testing.chart();
  const construct = new ProxyConfig(chart, 'Config', props);
  return { chart, construct, spec: () => Testing.synth(chart)[0].spec };
}

describe('ProxyConfig', () => {
  test('adds nothing that its author did not ask for', () => {
    const { chart, construct, spec } = config();

    expect(spec()).toEqual({});
    expect(ApiObject.of(construct)).toMatchObject({ apiVersion: 'networking.istio.io/v1beta1', kind: 'ProxyConfig' });
    expect(chart).toBeAcceptedByIstio();
  });

  test('every property reaches the manifest', () => {
    const { chart, spec } = config({
      selector: { app: 'orders' },
      concurrency: 2,
      environmentVariables: { LOG_LEVEL: 'debug', EMPTY: '' },
      image: ProxyImage.DISTROLESS,
    });

    expect(spec()).toEqual({
      selector: { matchLabels: { app: 'orders' } },
      concurrency: 2,
      environmentVariables: { LOG_LEVEL: 'debug', EMPTY: '' },
      image: { imageType: 'distroless' },
    });
    expect(chart).toBeAcceptedByIstio();
  });

  test.each<[string, ProxyConfigProps, object]>([
    ['a thread for each core', { concurrency: 0 }, { concurrency: 0 }],
    ['no variables', { environmentVariables: {} }, {}],
    ['the default image', { image: ProxyImage.DEFAULT }, { image: { imageType: 'default' } }],
    ['the image to look into errors', { image: ProxyImage.DEBUG }, { image: { imageType: 'debug' } }],
    ['an image of another registry', { image: ProxyImage.of('centos') }, { image: { imageType: 'centos' } }],
  ])('takes %s', (_, props, expected) => {
    const { chart, spec } = config(props);

    expect(spec()).toEqual(expected);
    expect(chart).toBeAcceptedByIstio();
  });

  const variables = (shown: string) => `the environmentVariables of the ProxyConfig have ${shown}, expected a name such as "LOG_LEVEL" with a text of at most 2048 characters; rename it or write the value in quotes`;

  test.each<[string, unknown, string]>([
    ['null', null, 'the properties of the ProxyConfig is null, expected an object'],
    ['a selector without labels', { selector: {} }, 'the selector of the ProxyConfig is {}, expected at least one label; leave it out for all workloads of the namespace'],
    ['a selector as in the manifest', { selector: { matchLabels: { app: 'a' } } }, 'the selector of the ProxyConfig has "matchLabels": {"app":"a"}, expected a Kubernetes label'],
    ['a wildcard', { selector: { app: '*' } }, 'the selector of the ProxyConfig has "app": "*", expected a Kubernetes label'],
    ['too many labels', { selector: Object.fromEntries(Array.from({ length: 4097 }, (_, index) => [`a${index}`, ''])) }, 'the selector of the ProxyConfig has 4097 entries, expected at most 4096'],
    ['less than no thread', { concurrency: -1 }, 'the concurrency of the ProxyConfig is -1, expected a whole number from 0 to 2147483647; leave it out to go by the CPU of the container'],
    ['a concurrency that is null', { concurrency: null }, 'the concurrency of the ProxyConfig is null, expected a whole number'],
    ['variables that are a list', { environmentVariables: [] }, 'the environmentVariables of the ProxyConfig is [], expected an object'],
    ['a variable that is a number', { environmentVariables: { A: 1 } }, variables('"A": 1')],
    ['a variable that is none', { environmentVariables: { '1 A': 'a' } }, variables('"1 A": "a"')],
    ['a long variable', { environmentVariables: { A: 'a'.repeat(2049) } }, 'expected a name such as "LOG_LEVEL" with a text of at most 2048 characters'],
    ['an image that is text', { image: 'distroless' }, 'the image of the ProxyConfig is "distroless", expected a ProxyImage; write for example ProxyImage.DISTROLESS'],
    ['an unknown property', { imageType: 'debug' }, 'ProxyConfig has no property "imageType" (got "debug")'],
  ])('refuses %s', (_, props, message) => {
    expect(() => config(props as any)).toThrow(message);
  });

  test('refuses an image without type', () => {
    expect(() => ProxyImage.of('')).toThrow('the type of the proxy image is "", expected a non-empty string; use ProxyImage.DEFAULT for the usual one');
  });
});
