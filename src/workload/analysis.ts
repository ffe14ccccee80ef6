import { IConstruct } from 'constructs';
import { MeshObject } from './mesh-object';
import { list, show } from '../private/check';

const SUPPRESS = 'galley.istio.io/analyze-suppress';

/**
 * What Istio's analysis says of an object.
 *
 * @see https://istio.io/latest/docs/ops/diagnostic-tools/istioctl-analyze/#ignoring-specific-analyzer-messages
 */
export class Analysis {
  /**
   * Messages with these codes are no longer given for the object. Codes that it suppresses already stay suppressed.
   *
   * @param target any object of Kubernetes, of any cdk8s-plus version, any binding or YAML
   * @param codes the codes, such as `IST0103`, at least one; use `suppressAll` for all
   * @throws when there is no code, or one is no code
   */
  public static suppress(target: IConstruct, ...codes: string[]): void {
    list('the codes of Analysis.suppress', codes, 'name one, such as "IST0103"').forEach((code) => {
      if (typeof code !== 'string' || !/^[A-Za-z][-\w]*$/.test(code)) {
        throw new Error(`a code of Analysis.suppress is ${show(code)}, expected a code such as "IST0103"; give each code by itself, or use Analysis.suppressAll`);
      }
    });
    const object = MeshObject.any('Analysis.suppress', target);
    const before = object.read().annotations[SUPPRESS]?.split(',') ?? [];
    if (!before.includes('*')) {
      object.replaceAnnotation(SUPPRESS, [...new Set([...before, ...codes])].join(','));
    }
  }

  /**
   * No message at all is given for the object.
   *
   * @param target any object of Kubernetes, of any cdk8s-plus version, any binding or YAML
   * @throws when it is no object
   */
  public static suppressAll(target: IConstruct): void {
    MeshObject.any('Analysis.suppressAll', target).replaceAnnotation(SUPPRESS, '*');
  }

  private constructor() {}
}
