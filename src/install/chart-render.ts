import {
  ChartAutoscaling, ChartPlatform, ChartProfile, CommonChartValues, GatewayService, GatewayServiceType, ImageChartValues, PodChartValues,
} from './chart-values';
import { renderResources } from './container-resources';
import { imageHub, imageTag, textMap } from './istio-component';
import { release } from './revision';
import { instance, list, member, noUnknown, object, port, show, text, texts, whole } from '../private/check';
import { dnsLabel } from '../private/names';
import { given } from '../private/render';
import { ProxyImage } from '../traffic/proxy-config';

/*
 * What the values of several charts have.
 */

export function renderCommon<T extends CommonChartValues>(where: string, chart: T) {
  const { profile, platform, compatibilityVersion, values: _values, ...rest } = object(`the values of ${where}`, chart);
  return {
    rest,
    common: {
      profile: given(profile, (value) => member(`profile of ${where}`, value, ChartProfile)),
      platform: given(platform, (value) => member(`platform of ${where}`, value, ChartPlatform)),
      compatibilityVersion: given(compatibilityVersion, release),
    },
  };
}

export function renderPods<T extends PodChartValues>(where: string, chart: T) {
  const { resources, env, podAnnotations, tolerations, affinity, ...rest } = chart;
  return {
    rest,
    pods: {
      resources: given(resources, (value) => renderResources(`resources of ${where}`, value)),
      env: given(env, (value) => textMap(`env of ${where}`, value)),
      podAnnotations: given(podAnnotations, (value) => textMap(`podAnnotations of ${where}`, value)),
      tolerations,
      affinity,
    },
  };
}

export function image(where: string, { hub, tag, variant }: ImageChartValues) {
  return {
    hub: given(hub, (value) => imageHub(`hub of ${where}`, value)),
    tag: given(tag, (value) => imageTag(`tag of ${where}`, value)),
    variant: given(variant, (value) => instance(`variant of ${where}`, value, ProxyImage, 'ProxyImage.DISTROLESS').type),
  };
}

export function scaling(where: string, autoscaling: ChartAutoscaling | undefined, replicaCount: number | undefined) {
  const { min, max, ...rest } = given(autoscaling, (value) => object(`autoscaling of ${where}`, value)) ?? {};
  noUnknown(`autoscaling of ${where}`, rest);
  if (autoscaling !== undefined && replicaCount !== undefined) {
    throw new Error(`${where} has autoscaling and replicaCount, expected one of them; keep the one you mean`);
  }
  const pods = (name: string, value: number | undefined) => given(value, (count) => whole(`${name} of ${where}`, count, 1, 10_000, 'leave it out for the default'));
  pods('replicaCount', replicaCount);
  pods('autoscaling.min', min);
  pods('autoscaling.max', max);
  if ((min ?? 1) > (max ?? 5)) {
    throw new Error(`autoscaling of ${where} is from ${min ?? 1} to ${max ?? 5}, expected at most as many at first as at last; raise max`);
  }
  return { min, max, enabled: replicaCount !== undefined ? false : autoscaling && true };
}

export function renderService(where: string, service: GatewayService) {
  const { type, ports, annotations, loadBalancerSourceRanges, externalTrafficPolicy, ...rest } = object(where, service);
  noUnknown(where, rest);
  if (externalTrafficPolicy !== undefined && !['Local', 'Cluster'].includes(externalTrafficPolicy)) {
    throw new Error(`externalTrafficPolicy of ${where} is ${show(externalTrafficPolicy)}, expected Local or Cluster; leave it out for Kubernetes' own`);
  }
  return {
    type: given(type, (value) => member(`type of ${where}`, value, GatewayServiceType)),
    ports: given(ports, (value) => renderPorts(where, value)),
    annotations: given(annotations, (value) => textMap(`annotations of ${where}`, value)),
    loadBalancerSourceRanges: texts(`loadBalancerSourceRanges of ${where}`, loadBalancerSourceRanges),
    externalTrafficPolicy,
  };
}

function renderPorts(where: string, ports: NonNullable<GatewayService['ports']>) {
  const seen = new Set<string | number>();
  return list(`ports of ${where}`, ports, 'leave it out for the usual ones').map((entry) => {
    const { name, port: number, targetPort = number, protocol = 'TCP', ...rest } = object(`a port of ${where}`, entry);
    noUnknown(`a port of ${where}`, rest);
    if (!['TCP', 'UDP'].includes(protocol)) {
      throw new Error(`protocol of a port of ${where} is ${show(protocol)}, expected TCP or UDP; leave it out for TCP`);
    }
    for (const key of [text(`name of a port of ${where}`, name, 'write for example "http2"'), `${port(`a port of ${where}`, number)}/${protocol}`]) {
      if (seen.has(key)) {
        throw new Error(`ports of ${where} have ${show(key)} twice, expected each name and number once; change one`);
      }
      seen.add(key);
    }
    return { name, port: number, targetPort: port(`targetPort of a port of ${where}`, targetPort), protocol };
  });
}

export function namespace(where: string, value: string | undefined, name = 'istioNamespace'): string | undefined {
  return given(value, (written) => dnsLabel(`${name} of ${where}`, written));
}

/** Leaves out a map in which nothing is set. */
export function some<T extends object>(map: T): T | undefined {
  return Object.values(map).some((value) => value !== undefined) ? map : undefined;
}
