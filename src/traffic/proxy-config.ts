import { Construct } from 'constructs';
import { ProxyConfig as Binding, ProxyConfigSpec } from '../../imports/networking.istio.io';
import { count, instance, noUnknown, object, show, text } from '../private/check';
import { atMost } from '../private/limits';
import { labels } from '../private/names';
import { given, orUndefined } from '../private/render';
import { IstioResource, IstioResourceProps } from '../resource';

/**
 * A kind of image of the proxy.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/proxy-config/#ProxyImage
 */
export class ProxyImage {
  /** The usual one, with a small Linux. */
  public static readonly DEFAULT = new ProxyImage('default');
  /** With tools to look into errors. */
  public static readonly DEBUG = new ProxyImage('debug');
  /** With the proxy and nothing else. */
  public static readonly DISTROLESS = new ProxyImage('distroless');

  /**
   * Another one, which the registry that Istio is installed from must have.
   *
   * @param type the last part of the image's tag
   * @throws when it is empty
   */
  public static of(type: string): ProxyImage {
    return new ProxyImage(text('the type of the proxy image', type, 'use ProxyImage.DEFAULT for the usual one'));
  }

  private constructor(
    /**
     * The last part of the image's tag.
     */
    public readonly type: string,
  ) {}
}

/**
 * Properties of a `ProxyConfig`.
 */
export interface ProxyConfigProps extends IstioResourceProps {
  /**
   * The labels of the workloads in its namespace that it is for, at least one.
   *
   * @default - all workloads of the namespace; of the mesh in the root namespace
   */
  readonly selector?: Record<string, string>;

  /**
   * How many threads the proxy works with, at least 0. 0 means one for each core.
   *
   * @default - by the CPU that the proxy's container has
   */
  readonly concurrency?: number;

  /**
   * Environment variables of the proxy, beside Istio's own.
   *
   * @default - none
   */
  readonly environmentVariables?: Record<string, string>;

  /**
   * The kind of image of the proxy.
   *
   * @default - as Istio was installed
   */
  readonly image?: ProxyImage;
}

/**
 * How the proxies of some workloads run. Pods take it up when they are created anew.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/proxy-config/
 */
export class ProxyConfig extends IstioResource {
  private readonly spec: ProxyConfigSpec;

  /**
   * Creates the configuration.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the settings, and whom they are for
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: ProxyConfigProps = {}) {
    super(scope, id, Binding.GVK, object('the properties of the ProxyConfig', props));
    const { metadata, selector, concurrency, environmentVariables, image, ...rest } = props;
    noUnknown('ProxyConfig', rest);
    this.spec = {
      selector: given(selector, renderSelector),
      concurrency: count('the concurrency of the ProxyConfig', concurrency, 'leave it out to go by the CPU of the container'),
      environmentVariables: orUndefined(given(environmentVariables, renderVariables)),
      image: given(image, (value) => ({ imageType: instance('the image of the ProxyConfig', value, ProxyImage, 'ProxyImage.DISTROLESS').type })),
    };
  }

  /** @internal */
  protected _toSpec(): ProxyConfigSpec {
    return this.spec;
  }
}

function renderSelector(selector: Record<string, string>) {
  const where = 'the selector of the ProxyConfig';
  if (Object.keys(atMost(where, labels(where, selector), 4096)).length === 0) {
    throw new Error(`${where} is {}, expected at least one label; leave it out for all workloads of the namespace`);
  }
  return { matchLabels: selector };
}

function renderVariables(variables: Record<string, string>): Record<string, string> {
  const where = 'the environmentVariables of the ProxyConfig';
  for (const [name, value] of Object.entries(object(where, variables))) {
    if (!/^[-._a-z][-._a-z0-9]*$/i.test(name) || typeof value !== 'string' || value.length > 2048) {
      throw new Error(`${where} have ${show(name)}: ${show(value)}, expected a name such as "LOG_LEVEL" with a text of at most 2048 characters; rename it or write the value in quotes`);
    }
  }
  return variables;
}
