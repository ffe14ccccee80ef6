import { show, text } from '../private/check';
import { headerName } from '../private/names';

/**
 * A header that is sent to an extension provider.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider-HttpHeader
 */
export class ProviderHeader {
  /**
   * A header whose value stands in the mesh configuration, for all to read who may read that.
   *
   * @param name the name of the header
   * @param value its value
   * @throws when the name is no header name, or the value is empty
   */
  public static of(name: string, value: string): ProviderHeader {
    return new ProviderHeader(name, { value: text(`the value of the header ${show(name)}`, value, 'leave out the header') });
  }

  /**
   * A header whose value is in an environment variable of istiod, which is where secrets belong.
   *
   * @param name the name of the header
   * @param variable the name of the environment variable of istiod
   * @throws when the name is no header name, or the variable is no name of an environment variable
   */
  public static fromEnv(name: string, variable: string): ProviderHeader {
    if (typeof variable !== 'string' || !/^[-._a-z][-._a-z0-9]*$/i.test(variable)) {
      throw new Error(`the variable of the header ${show(name)} is ${show(variable)}, expected the name of an environment variable; write for example "OTEL_TOKEN"`);
    }
    return new ProviderHeader(name, { envName: variable });
  }

  private constructor(private readonly name: string, private readonly source: { value?: string; envName?: string }) {
    headerName('the name of a header', name);
  }

  /** @internal */
  public _toIstio() {
    return { name: this.name, ...this.source };
  }
}
