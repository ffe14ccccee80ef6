import { Mesh } from './mesh';
import { Resource } from './resource';

/** Reports a mistake at a field of a resource. */
export type Report = (resource: Resource, path: string, message: string) => void;

/**
 * A rule over the whole app. Its examples are its tests and its page in the documentation.
 */
export interface Rule {
  /** What users write to ignore it: words joined by dashes that name the mistake. */
  readonly name: string;
  /** An error fails the synthesis, so an error is certain; what may be meant is a warning; a matter of taste is info. */
  readonly level: 'error' | 'warning' | 'info';
  /** The codes of `istioctl analyze` and Kiali for the same mistake. A suppression of the first one holds for the rule too. */
  readonly codes?: string[];
  /** What happens in the mesh when nobody notices: one or two sentences. */
  readonly about: string;
  /** Manifests in which the rule, and no other, finds exactly one mistake, as YAML. */
  readonly bad: string;
  /** The same without the mistake: no rule finds anything. */
  readonly good: string;
  /** What its messages say where the example's message is not the only one: other manifests with one finding each. */
  readonly more?: string[];
  /** Manifests in which a careless rule would see the mistake, and this one sees nothing. */
  readonly quiet?: string[];
  /** Looks at the app. Takes time in proportion to the number of resources: it never compares each with each. */
  check(mesh: Mesh, report: Report): void;
}
