import { ContainerResources, renderResources } from './container-resources';
import { list, flag, noUnknown, object, optionalList, optionalText, show, text, whole } from '../private/check';
import { dnsLabel, labels, objectName } from '../private/names';
import { given, orUndefined } from '../private/render';

/**
 * Changes to one of the objects that the charts render, for what nothing else can set.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/customize-installation/#patching-the-output-manifest
 */
export interface KubernetesOverlay {
  /**
   * The API version of the object.
   *
   * @default - any
   */
  readonly apiVersion?: string;

  /**
   * The kind of the object.
   */
  readonly kind: string;

  /**
   * The name of the object.
   */
  readonly name: string;

  /**
   * The changes, at least one.
   */
  readonly patches: OverlayPatch[];
}

/**
 * One change to an object.
 */
export interface OverlayPatch {
  /**
   * What is changed, such as `spec.template.spec.containers.[name:discovery].args.[30m]`.
   */
  readonly path: string;

  /**
   * What it becomes.
   *
   * @default - it is removed
   */
  readonly value?: any;
}

/**
 * The settings of Kubernetes of a component. What has a shape of Kubernetes' own is written as there.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/#KubernetesResourcesSpec
 */
export interface ComponentKubernetes {
  /**
   * CPU and memory of its container.
   *
   * @default - the profile's
   */
  readonly resources?: ContainerResources;

  /**
   * How many pods there are, where they are not scaled automatically; at least 1.
   *
   * @default - the profile's
   */
  readonly replicaCount?: number;

  /**
   * The HorizontalPodAutoscaler: its `spec`.
   *
   * @default - the profile's
   */
  readonly hpaSpec?: { [key: string]: any };

  /**
   * The PodDisruptionBudget: its `spec`.
   *
   * @default - the profile's
   */
  readonly podDisruptionBudget?: { [key: string]: any };

  /**
   * Environment variables of its container.
   *
   * @default - none
   */
  readonly env?: Record<string, string>;

  /**
   * When its image is fetched: `Always`, `IfNotPresent` or `Never`.
   *
   * @default - Kubernetes' own
   */
  readonly imagePullPolicy?: string;

  /**
   * The labels of the nodes that its pods may run on.
   *
   * @default - any node
   */
  readonly nodeSelector?: Record<string, string>;

  /**
   * Where its pods prefer to run, or must: Kubernetes' `Affinity`.
   *
   * @default - none
   */
  readonly affinity?: { [key: string]: any };

  /**
   * The taints that its pods bear: Kubernetes' `Toleration` objects.
   *
   * @default - none
   */
  readonly tolerations?: { [key: string]: any }[];

  /**
   * Annotations of its pods.
   *
   * @default - none
   */
  readonly podAnnotations?: Record<string, string>;

  /**
   * Annotations of its Service.
   *
   * @default - none
   */
  readonly serviceAnnotations?: Record<string, string>;

  /**
   * Its Service: the `spec`.
   *
   * @default - the profile's
   */
  readonly service?: { [key: string]: any };

  /**
   * How its Deployment is rolled out: Kubernetes' `DeploymentStrategy`.
   *
   * @default - the profile's
   */
  readonly strategy?: { [key: string]: any };

  /**
   * The readiness probe of its container: Kubernetes' `Probe`.
   *
   * @default - the profile's
   */
  readonly readinessProbe?: { [key: string]: any };

  /**
   * The security context of its pods.
   *
   * @default - the profile's
   */
  readonly securityContext?: { [key: string]: any };

  /**
   * The priority class of its pods.
   *
   * @default - none
   */
  readonly priorityClassName?: string;

  /**
   * Changes to the objects that the chart renders.
   *
   * @default - none
   */
  readonly overlays?: KubernetesOverlay[];
}

/**
 * A part of an installation without pods.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/#BaseComponentSpec
 */
export interface BaseComponent {
  /**
   * Whether it is installed.
   *
   * @default - as the profile has it
   */
  readonly enabled?: boolean;
}

/**
 * A component of an installation.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/#ComponentSpec
 */
export interface IstioComponent extends BaseComponent {
  /**
   * The namespace it is installed in.
   *
   * @default - that of the IstioOperator
   */
  readonly namespace?: string;

  /**
   * The registry and path of its image.
   *
   * @default - that of the IstioOperator
   */
  readonly hub?: string;

  /**
   * The tag of its image.
   *
   * @default - that of the IstioOperator
   */
  readonly tag?: string;

  /**
   * Its settings of Kubernetes.
   *
   * @default - the profile's
   */
  readonly k8s?: ComponentKubernetes;
}

/**
 * A gateway of an installation.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/#GatewaySpec
 */
export interface GatewayComponent extends IstioComponent {
  /**
   * The name of the gateway. Those of a profile are `istio-ingressgateway` and `istio-egressgateway`.
   */
  readonly name: string;

  /**
   * Labels of the gateway, which IstioGateway resources select it by.
   *
   * @default - `istio: ingressgateway` or `istio: egressgateway`, and `app` with the name
   */
  readonly label?: Record<string, string>;
}

/** @internal */
export function renderBase(component: BaseComponent) {
  const { enabled, ...rest } = object('the component base', component);
  noUnknown('the component base', rest);
  return { enabled: flag('enabled of the component base', enabled) };
}

/** @internal */
export function renderComponent(where: string, component: IstioComponent) {
  const { rest, rendered } = renderCommon(where, component);
  noUnknown(where, rest);
  return rendered;
}

/** What only a Deployment has. istioctl would write it into a DaemonSet, or pass over it. */
const DEPLOYMENT_ONLY: (keyof ComponentKubernetes)[] = ['replicaCount', 'hpaSpec', 'podDisruptionBudget', 'service', 'serviceAnnotations', 'strategy'];

/** @internal */
export function renderNodeAgent(where: string, component: IstioComponent) {
  const rendered = renderComponent(where, component);
  const wrong = DEPLOYMENT_ONLY.find((name) => component.k8s?.[name] !== undefined);
  if (wrong !== undefined) {
    throw new Error(`k8s of ${where} has ${wrong}, expected what a DaemonSet has, as there is one pod on each node; remove it`);
  }
  return rendered;
}

/** @internal */
export function renderGateways(where: string, gateways: GatewayComponent[] | undefined) {
  const names = new Set<string>();
  return orUndefined(optionalList(where, gateways)?.map((gateway) => {
    const { rest: { name, label, ...rest }, rendered } = renderCommon(`an entry of ${where}`, gateway);
    noUnknown(`an entry of ${where}`, rest);
    objectName(`the name of an entry of ${where}`, name);
    const key = `${gateway.namespace ?? ''}/${name}`;
    if (names.has(key)) {
      throw new Error(`${where} has ${show(name)} twice, expected each name once in a namespace; rename one`);
    }
    names.add(key);
    return { name, label: given(label, (value) => labels(`the label of ${where}`, value)), ...rendered };
  }));
}

function renderCommon<T extends IstioComponent>(where: string, component: T) {
  const { enabled, namespace, hub, tag, k8s, ...rest } = object(where, component);
  return {
    rest,
    rendered: {
      enabled: flag(`enabled of ${where}`, enabled),
      namespace: given(namespace, (value) => dnsLabel(`namespace of ${where}`, value)),
      hub: given(hub, (value) => imageHub(`hub of ${where}`, value)),
      tag: given(tag, (value) => imageTag(`tag of ${where}`, value)),
      k8s: given(k8s, (value) => renderKubernetes(`k8s of ${where}`, value)),
    },
  };
}

function renderKubernetes(where: string, settings: ComponentKubernetes) {
  const {
    resources, replicaCount, hpaSpec, podDisruptionBudget, env, imagePullPolicy, nodeSelector, affinity, tolerations, podAnnotations,
    serviceAnnotations, service, strategy, readinessProbe, securityContext, priorityClassName, overlays, ...rest
  } = object(where, settings);
  noUnknown(where, rest);
  const map = (name: string, values: Record<string, string> | undefined) => given(values, (value) => textMap(`${name} of ${where}`, value));
  return {
    resources: given(resources, (value) => renderResources(`resources of ${where}`, value)),
    replicaCount: given(replicaCount, (value) => whole(`replicaCount of ${where}`, value, 1, 2 ** 32 - 1, 'set enabled to false for no pods')),
    env: orUndefined(Object.entries(map('env', env) ?? {}).map(([name, value]) => ({ name, value }))),
    imagePullPolicy: given(imagePullPolicy, (value) => pullPolicy(`imagePullPolicy of ${where}`, value)),
    nodeSelector: given(nodeSelector, (value) => labels(`nodeSelector of ${where}`, value)),
    podAnnotations: map('podAnnotations', podAnnotations),
    serviceAnnotations: map('serviceAnnotations', serviceAnnotations),
    priorityClassName: optionalText(`priorityClassName of ${where}`, priorityClassName),
    hpaSpec,
    podDisruptionBudget,
    affinity,
    tolerations,
    service,
    strategy,
    readinessProbe,
    securityContext,
    overlays: optionalList(`overlays of ${where}`, overlays)?.map((overlay, index) => renderOverlay(`overlays[${index}] of ${where}`, overlay)),
  };
}

function renderOverlay(where: string, overlay: KubernetesOverlay) {
  const { apiVersion, kind, name, patches, ...rest } = object(where, overlay);
  noUnknown(where, rest);
  return {
    apiVersion: optionalText(`apiVersion of ${where}`, apiVersion),
    kind: text(`kind of ${where}`, kind, 'give the kind of the object to change'),
    name: text(`name of ${where}`, name, 'give the name of the object to change'),
    patches: list(`patches of ${where}`, patches, 'give the changes').map((patch) => {
      const { path, value, ...others } = object(`a patch of ${where}`, patch);
      noUnknown(`a patch of ${where}`, others);
      return { path: text(`path of a patch of ${where}`, path, 'say what is changed'), value };
    }),
  };
}

/** @internal */
export function textMap(where: string, values: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(object(where, values))) {
    if (name === '' || typeof value !== 'string') {
      throw new Error(`${where} has ${show(name)}: ${show(value)}, expected a name with a text; write the value in quotes`);
    }
  }
  return values;
}

/** @internal */
export function pullPolicy(where: string, value: string): string {
  if (!['Always', 'IfNotPresent', 'Never'].includes(value)) {
    throw new Error(`${where} is ${show(value)}, expected Always, IfNotPresent or Never; leave it out for Kubernetes' own`);
  }
  return value;
}

/** @internal */
export function imageHub(where: string, value: string): string {
  if (typeof value !== 'string' || !/^([a-zA-Z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$|^[a-zA-Z0-9.-]+(:\d+)?$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected a registry with a path, without scheme and tag; write for example "docker.io/istio"`);
  }
  return value;
}

/** @internal */
export function imageTag(where: string, value: string): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}$/.test(value)) {
    throw new Error(`${where} is ${show(value)}, expected the tag of an image; write for example "1.31.1"`);
  }
  return value;
}
