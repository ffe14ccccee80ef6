import { instance, list, noUnknown, object, optionalText, flag, show, text } from '../private/check';
import { dnsLabel, objectName } from '../private/names';

/**
 * Where the sidecar finds a volume.
 */
export interface ProxyVolumeMount {
  /**
   * The folder in the sidecar's container, absolute, without a colon.
   */
  readonly mountPath: string;

  /**
   * A path in the volume that is mounted in place of its root.
   *
   * @default - the root of the volume
   */
  readonly subPath?: string;

  /**
   * Whether the sidecar may not write.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}

/**
 * A volume for the sidecar, such as one with certificates.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/#SidecarUserVolume
 */
export class ProxyVolume {
  /**
   * The files of a Secret in the namespace of the pods.
   *
   * @param name the name of the volume, each once
   * @param secret the name of the Secret
   * @param mount where the sidecar finds it
   * @throws when a name or the mount is wrong
   */
  public static secret(name: string, secret: string, mount: ProxyVolumeMount): ProxyVolume {
    return ProxyVolume.of(name, { secret: { secretName: objectName('the secret of ProxyVolume.secret', secret) } }, mount);
  }

  /**
   * The files of a ConfigMap in the namespace of the pods.
   *
   * @param name the name of the volume, each once
   * @param configMap the name of the ConfigMap
   * @param mount where the sidecar finds it
   * @throws when a name or the mount is wrong
   */
  public static configMap(name: string, configMap: string, mount: ProxyVolumeMount): ProxyVolume {
    return ProxyVolume.of(name, { configMap: { name: objectName('the configMap of ProxyVolume.configMap', configMap) } }, mount);
  }

  /**
   * An empty folder that lives as long as the pod.
   *
   * @param name the name of the volume, each once
   * @param mount where the sidecar finds it
   * @throws when the name or the mount is wrong
   */
  public static emptyDir(name: string, mount: ProxyVolumeMount): ProxyVolume {
    return ProxyVolume.of(name, { emptyDir: {} }, mount);
  }

  /**
   * A volume that the pods have already.
   *
   * @param name the name of the volume in the pod
   * @param mount where the sidecar finds it
   * @throws when the name or the mount is wrong
   */
  public static existing(name: string, mount: ProxyVolumeMount): ProxyVolume {
    return new ProxyVolume(dnsLabel('the name of the ProxyVolume', name), undefined, renderMount(mount));
  }

  /**
   * Any volume that Kubernetes knows.
   *
   * @param name the name of the volume, each once
   * @param source the volume as a pod has it but for its name, such as `{ persistentVolumeClaim: { claimName: 'data' } }`
   * @param mount where the sidecar finds it
   * @throws when the name or the mount is wrong, or the source has not exactly one kind of volume
   */
  public static of(name: string, source: { readonly [kind: string]: any }, mount: ProxyVolumeMount): ProxyVolume {
    const kinds = Object.keys(object('the source of the ProxyVolume', source));
    if (kinds.length !== 1) {
      throw new Error(`the source of the ProxyVolume is ${show(source)}, expected one kind of volume; write for example { emptyDir: {} }`);
    }
    return new ProxyVolume(dnsLabel('the name of the ProxyVolume', name), source, renderMount(mount));
  }

  private constructor(
    /**
     * The name of the volume.
     */
    public readonly name: string,
    private readonly source: object | undefined,
    private readonly mount: object,
  ) {}

  /** @internal */
  public _source(): object | undefined {
    return this.source;
  }

  /** @internal */
  public _mount(): object {
    return this.mount;
  }
}

function renderMount(mount: ProxyVolumeMount): object {
  const { mountPath, subPath, readOnly, ...rest } = object('the mount of the ProxyVolume', mount);
  noUnknown('the mount of the ProxyVolume', rest);
  if (!/^\/[^:]*$/.test(text('the mountPath of the ProxyVolume', mountPath, 'give the folder'))) {
    throw new Error(`the mountPath of the ProxyVolume is ${show(mountPath)}, expected an absolute path without a colon; write for example "/etc/certs"`);
  }
  return { mountPath, subPath: optionalText('the subPath of the ProxyVolume', subPath), readOnly: flag('readOnly of the ProxyVolume', readOnly) };
}

/**
 * The two annotations. Istio's template reads maps by the names of the volumes.
 *
 * @internal
 */
export function renderVolumes(volumes: ProxyVolume[]): Record<string, string | undefined> {
  list('volumes', volumes, 'leave it out for none').forEach((volume, index) => {
    instance('a volume', volume, ProxyVolume, 'ProxyVolume.secret("certs", "my-certs", { mountPath: "/etc/certs" })');
    if (volumes.slice(0, index).some(({ name }) => name === volume.name)) {
      throw new Error(`the volume ${show(volume.name)} is there twice, expected each name once; rename the second`);
    }
  });
  const sources = volumes.filter((volume) => volume._source() !== undefined);
  return {
    'sidecar.istio.io/userVolume': sources.length > 0 ? JSON.stringify(Object.fromEntries(sources.map((volume) => [volume.name, volume._source()]))) : undefined,
    'sidecar.istio.io/userVolumeMount': JSON.stringify(Object.fromEntries(volumes.map((volume) => [volume.name, volume._mount()]))),
  };
}
