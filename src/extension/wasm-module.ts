import { WasmPluginSpec } from '../../imports/extensions.istio.io';
import { member, noUnknown, object, optionalText, show } from '../private/check';
import { objectName } from '../private/names';
import { given } from '../private/render';
import { isWebAddress } from '../private/web-address';

/**
 * When a module is fetched anew.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/#PullPolicy
 */
export enum WasmPullPolicy {
  /** When the proxy does not have it yet. */
  IF_NOT_PRESENT = 'IfNotPresent',
  /** Each time that the resource changes. */
  ALWAYS = 'Always',
}

/**
 * What every module can have.
 */
export interface WasmModuleOptions {
  /**
   * The SHA-256 checksum of the module or image, 64 digits of 0 to 9 and a to f, that it is checked by.
   *
   * @default - it is not checked, unless the image is named by its digest
   */
  readonly sha256?: string;

  /**
   * The public key that its signature is to be checked by. Istio has the field and takes no notice of it yet.
   *
   * @default - none
   */
  readonly verificationKey?: string;
}

/**
 * What a module that is fetched can have.
 */
export interface FetchedWasmModuleOptions extends WasmModuleOptions {
  /**
   * When it is fetched anew. Makes no difference to one that is named by its digest or has a checksum.
   *
   * @default - WasmPullPolicy.ALWAYS for an image with the tag "latest", otherwise WasmPullPolicy.IF_NOT_PRESENT
   */
  readonly imagePullPolicy?: WasmPullPolicy;
}

/**
 * What a module in a registry of images can have.
 */
export interface OciWasmModuleOptions extends FetchedWasmModuleOptions {
  /**
   * The name of a Secret with credentials for the registry, in the namespace of the resource.
   *
   * @default - the registry asks for none
   */
  readonly imagePullSecret?: string;
}

type Source = Pick<WasmPluginSpec, 'url' | 'sha256' | 'verificationKey' | 'imagePullPolicy' | 'imagePullSecret'>;

const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._-]*(:\d{1,5})?(\/[a-z0-9][a-z0-9._-]*)+(:\w[\w.-]{0,127})?(@sha256:[a-f0-9]{64})?$/;
const PATH = /^(\/[\w.~+=,-]+)+$/;
const CHECKSUM = /^[a-f0-9]{64}$/;

/**
 * Where the code of a WebAssembly extension comes from.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/#WasmPlugin-url
 */
export class WasmModule {
  /**
   * An image in a registry.
   *
   * @param image the image with its registry, such as `registry.example.com/filters/openid:v1`
   * @param options checksum, pull policy and credentials
   * @throws when it is no such image, or the checksum is another than the image's digest
   */
  public static oci(image: string, options: OciWasmModuleOptions = {}): WasmModule {
    const where = 'WasmModule.oci';
    if (typeof image !== 'string' || !IMAGE.test(image)) {
      throw new Error(`the image of ${where} is ${show(image)}, expected a registry and a repository, then a tag or digest; write one such as "registry.example.com/filters/openid:v1", without a scheme`);
    }
    const { imagePullSecret, ...others } = object(`the options of ${where}`, options);
    const spec = fetched(where, `oci://${image}`, others);
    const digest = image.split('@sha256:')[1];
    if (spec.sha256 !== undefined && digest !== undefined && spec.sha256 !== digest) {
      throw new Error(`the sha256 of ${where} is ${show(spec.sha256)}, expected the digest of the image, ${digest}; leave it out, the digest is enough`);
    }
    return new WasmModule({ ...spec, imagePullSecret: given(imagePullSecret, (name) => objectName(`the imagePullSecret of ${where}`, name)) });
  }

  /**
   * A `.wasm` file on a web server.
   *
   * @param url its address, `https://` or `http://`
   * @param options checksum and pull policy
   * @throws when it is no such address
   */
  public static http(url: string, options: FetchedWasmModuleOptions = {}): WasmModule {
    const where = 'WasmModule.http';
    if (!isWebAddress(url)) {
      throw new Error(`the url of ${where} is ${show(url)}, expected an http or https address; write one such as "https://example.com/filters/openid.wasm"`);
    }
    return new WasmModule(fetched(where, url, object(`the options of ${where}`, options)));
  }

  /**
   * A `.wasm` file in the container of the proxy.
   *
   * @param path its absolute path
   * @param options checksum
   * @throws when it is no absolute path
   */
  public static file(path: string, options: WasmModuleOptions = {}): WasmModule {
    const where = 'WasmModule.file';
    if (typeof path !== 'string' || !PATH.test(path)) {
      throw new Error(`the path of ${where} is ${show(path)}, expected an absolute path of letters, digits and . _ ~ + = , -; write one such as "/opt/filters/openid.wasm"`);
    }
    return new WasmModule(source(where, `file://${path}`, object(`the options of ${where}`, options)));
  }

  private constructor(private readonly spec: Source) {}

  /** @internal */
  public _toIstio(): Source {
    return this.spec;
  }
}

function fetched(where: string, url: string, options: FetchedWasmModuleOptions): Source {
  const { imagePullPolicy, ...others } = options;
  return {
    ...source(where, url, others),
    imagePullPolicy: given(imagePullPolicy, (value) => member(`the imagePullPolicy of ${where}`, value, WasmPullPolicy) as unknown as Source['imagePullPolicy']),
  };
}

function source(where: string, url: string, options: WasmModuleOptions): Source {
  const { sha256, verificationKey, ...rest } = options;
  noUnknown(where, rest);
  if (sha256 !== undefined && (typeof sha256 !== 'string' || !CHECKSUM.test(sha256))) {
    throw new Error(`the sha256 of ${where} is ${show(sha256)}, expected 64 digits of 0 to 9 and a to f; leave out a prefix such as "sha256:"`);
  }
  return { url, sha256, verificationKey: optionalText(`the verificationKey of ${where}`, verificationKey) };
}
