import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import {
  BaseComponent, GatewayComponent, imageHub, imageTag, IstioComponent, renderBase, renderComponent, renderGateways, renderNodeAgent,
} from './istio-component';
import { MeshConfig } from './mesh-config';
import { MeshNetworks } from './mesh-networks';
import { mergeValues, plain } from './plain';
import { release, revisionName } from './revision';
import { instance, noUnknown, object, optionalText, show, text } from '../private/check';
import { dnsLabel } from '../private/names';
import { given } from '../private/render';
import { IstioResourceProps } from '../resource';

/**
 * What an installation begins with.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/config-profiles/
 */
export class IstioProfile {
  /** istiod and an ingress gateway, for production. */
  public static readonly DEFAULT = new IstioProfile('default');
  /** All gateways, much tracing and logging, few resources: for trying Istio out. */
  public static readonly DEMO = new IstioProfile('demo');
  /** istiod only. */
  public static readonly MINIMAL = new IstioProfile('minimal');
  /** For a cluster whose control plane is in another. */
  public static readonly REMOTE = new IstioProfile('remote');
  /** Nothing at all. */
  public static readonly EMPTY = new IstioProfile('empty');
  /** With features that are experimental. */
  public static readonly PREVIEW = new IstioProfile('preview');
  /** istiod, the CNI node agent and ztunnel. */
  public static readonly AMBIENT = new IstioProfile('ambient');
  /** As `DEFAULT`, for OpenShift. */
  public static readonly OPENSHIFT = new IstioProfile('openshift');
  /** As `AMBIENT`, for OpenShift. */
  public static readonly OPENSHIFT_AMBIENT = new IstioProfile('openshift-ambient');
  /** With features that are stable only. */
  public static readonly STABLE = new IstioProfile('stable');

  /**
   * Another profile, in the package that `installPackagePath` names.
   *
   * @param name the name of the profile
   * @throws when it is empty
   */
  public static of(name: string): IstioProfile {
    return new IstioProfile(text('the name of the profile', name, 'use IstioProfile.DEFAULT for the usual one'));
  }

  private constructor(
    /** The name of the profile. */
    public readonly name: string,
  ) {}
}

/**
 * The components of an installation.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/#IstioComponentSetSpec
 */
export interface IstioComponents {
  /**
   * The CRDs and what belongs to the whole cluster.
   *
   * @default - the profile's
   */
  readonly base?: BaseComponent;

  /**
   * The control plane, istiod.
   *
   * @default - the profile's
   */
  readonly pilot?: IstioComponent;

  /**
   * The CNI node agent.
   *
   * @default - the profile's
   */
  readonly cni?: IstioComponent;

  /**
   * The node proxy of the ambient mode.
   *
   * @default - the profile's
   */
  readonly ztunnel?: IstioComponent;

  /**
   * Gateways for requests from outside. One list stands in place of the profile's.
   *
   * @default - the profile's
   */
  readonly ingressGateways?: GatewayComponent[];

  /**
   * Gateways for requests to the outside. One list stands in place of the profile's.
   *
   * @default - the profile's
   */
  readonly egressGateways?: GatewayComponent[];
}

/**
 * Properties of an `IstioOperator`.
 */
export interface IstioOperatorProps extends IstioResourceProps {
  /**
   * What the installation begins with.
   *
   * @default IstioProfile.DEFAULT
   */
  readonly profile?: IstioProfile;

  /**
   * The registry and path of the images, such as `docker.io/istio`.
   *
   * @default - that of the istioctl that installs
   */
  readonly hub?: string;

  /**
   * The tag of the images, such as `1.31.1`.
   *
   * @default - the version of the istioctl that installs
   */
  readonly tag?: string;

  /**
   * The revision of the control plane, such as `1-31-1`, with which several run side by side.
   *
   * @default - none
   */
  readonly revision?: string;

  /**
   * The namespace of the control plane: the value `global.istioNamespace`. istioctl does not look at the namespace of the document.
   *
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * The release whose defaults the mesh goes by, such as `1.30`.
   *
   * @default - the installed one
   */
  readonly compatibilityVersion?: string;

  /**
   * What the mesh goes by.
   *
   * @default - the profile's
   */
  readonly meshConfig?: MeshConfig;

  /**
   * The networks of the mesh.
   *
   * @default - one network
   */
  readonly meshNetworks?: MeshNetworks;

  /**
   * The components, where they differ from the profile's.
   *
   * @default - the profile's
   */
  readonly components?: IstioComponents;

  /**
   * Values of Istio's Helm charts, for what no other property sets.
   *
   * @default - none
   */
  readonly values?: { [key: string]: any };

  /**
   * Values of charts of your own, which istioctl does not check.
   *
   * @default - none
   */
  readonly unvalidatedValues?: { [key: string]: any };

  /**
   * The path of the charts and profiles to install from.
   *
   * @default - those in istioctl
   */
  readonly installPackagePath?: string;
}

/**
 * An installation of Istio, for `istioctl install -f` and `istioctl manifest generate -f`.
 *
 * No controller reads it in the cluster any more: write it to a file of its own.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/
 */
export class IstioOperator extends ApiObject {
  /**
   * Creates the document.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the installation
   * @throws when a value is wrong, or `values` sets what another property sets
   */
  public constructor(scope: Construct, id: string, props: IstioOperatorProps = {}) {
    const { metadata } = object('the properties of the IstioOperator', props);
    super(scope, id, { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata, spec: plain(render(props)) });
  }
}

function render(props: IstioOperatorProps): object {
  const {
    metadata: _metadata, profile, hub, tag, revision, namespace: _namespace, compatibilityVersion, meshConfig, meshNetworks: _networks, components,
    values: _values, unvalidatedValues, installPackagePath, ...rest
  } = props;
  noUnknown('IstioOperator', rest);
  return {
    profile: given(profile, (value) => instance('the profile of the IstioOperator', value, IstioProfile, 'IstioProfile.DEFAULT').name),
    installPackagePath: optionalText('installPackagePath of the IstioOperator', installPackagePath),
    hub: given(hub, (value) => imageHub('the hub of the IstioOperator', value)),
    tag: given(tag, (value) => imageTag('the tag of the IstioOperator', value)),
    revision: given(revision, revisionName),
    compatibilityVersion: given(compatibilityVersion, release),
    meshConfig: given(meshConfig, (value) => instance('the meshConfig of the IstioOperator', value, MeshConfig, 'new MeshConfig({ ... })').toValues()),
    components: given(components, renderComponents),
    values: renderValues(props),
    unvalidatedValues: given(unvalidatedValues, (value) => object('unvalidatedValues of the IstioOperator', value)),
  };
}

function renderComponents(components: IstioComponents): object {
  const { base, pilot, cni, ztunnel, ingressGateways, egressGateways, ...rest } = object('the components of the IstioOperator', components);
  noUnknown('the components of the IstioOperator', rest);
  return {
    base: given(base, renderBase),
    pilot: given(pilot, (value) => renderComponent('the component pilot', value)),
    cni: given(cni, (value) => renderNodeAgent('the component cni', value)),
    ztunnel: given(ztunnel, (value) => renderNodeAgent('the component ztunnel', value)),
    ingressGateways: renderGateways('ingressGateways', ingressGateways),
    egressGateways: renderGateways('egressGateways', egressGateways),
  };
}

/** What istioctl copies into the values by itself. */
const COPIED = ['meshConfig', 'revision', 'compatibilityVersion'];

function renderValues({ values, meshNetworks, namespace }: IstioOperatorProps): object | undefined {
  const others = given(values, (value) => object('the values of the IstioOperator', value));
  const twice = COPIED.find((key) => others && key in others);
  if (twice !== undefined) {
    throw new Error(`the values of the IstioOperator have ${show(twice)}, expected it beside the values; use the property ${twice}`);
  }
  // istioctl does not look at spec.namespace.
  const global = mergeValues('global of the values of the IstioOperator', others?.global, {
    istioNamespace: given(namespace, (value) => dnsLabel('the namespace of the IstioOperator', value)),
    meshNetworks: given(meshNetworks, (value) => instance('meshNetworks of the IstioOperator', value, MeshNetworks, 'new MeshNetworks({ ... })').toValues()),
  });
  return others === undefined && global === undefined ? undefined : { ...others, global };
}
