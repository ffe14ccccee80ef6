import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { revisionName } from './revision';
import { noUnknown, object } from '../private/check';
import { dnsLabel } from '../private/names';

/**
 * Properties of a `RevisionTag`.
 */
export interface RevisionTagProps {
  /**
   * The name that stands for the revision in the label `istio.io/rev`, such as `prod`. `default` is also for namespaces with `istio-injection: enabled`.
   */
  readonly tag: string;

  /**
   * The revision of the control plane, such as `1-31-1`. `default` means the one without a revision.
   */
  readonly revision: string;

  /**
   * The namespace of the control plane.
   *
   * @default "istio-system"
   */
  readonly istioNamespace?: string;
}

type Requirement = [key: string, operator: string, ...values: string[]];

/** Which pods a webhook is for: requirements of their namespace, and of themselves. */
interface Injection {
  readonly name: string;
  readonly namespace: Requirement[];
  readonly pod: Requirement[];
}

const NO_REVISION: Requirement = ['istio.io/rev', 'DoesNotExist'];
const NO_INJECTION: Requirement = ['istio-injection', 'DoesNotExist'];
const NOT_REFUSED: Requirement = ['sidecar.istio.io/inject', 'NotIn', 'false'];

/**
 * A name for a revision of the control plane, so that namespaces stay as they are when the control plane is upgraded.
 *
 * To upgrade, install the new revision beside the old one, move a tag to it, restart the workloads of the tag, and go on with the next tag.
 * One object holds the tag, so that a change of its revision takes place at once, and back again: as `istioctl tag set --overwrite` does.
 *
 * @see https://istio.io/latest/docs/setup/upgrade/canary/#stable-revision-labels
 */
export class RevisionTag extends Construct {
  /**
   * The name that stands for the revision.
   */
  public readonly tag: string;

  /**
   * Creates the webhook and the Service of the tag.
   *
   * @param scope the construct it belongs to
   * @param id its name among the scope's children
   * @param props the tag and its revision
   * @throws when a name is wrong, or the tag is its revision
   */
  public constructor(scope: Construct, id: string, props: RevisionTagProps) {
    super(scope, id);
    const { tag, revision, istioNamespace = 'istio-system', ...rest } = object('the properties of the RevisionTag', props);
    noUnknown('RevisionTag', rest);
    this.tag = revisionName(tag, 'the tag');
    revisionName(revision);
    if (tag === revision) {
      throw new Error(`the tag is ${JSON.stringify(tag)}, as is its revision, expected another name; namespaces can name the revision itself`);
    }
    dnsLabel('istioNamespace of the RevisionTag', istioNamespace);
    const labels = { 'istio.io/tag': tag, 'istio.io/rev': revision, 'operator.istio.io/component': 'Pilot' };
    const suffix = istioNamespace === 'istio-system' ? '' : `-${istioNamespace}`;
    new ApiObject(this, 'Webhook', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: `istio-revision-tag-${tag}${suffix}`, labels: { ...labels, app: 'sidecar-injector' } },
      webhooks: injections(tag).map((injection) => webhook(injection, revision, istioNamespace)),
    });
    new ApiObject(this, 'Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `istiod-revision-tag-${tag}`, namespace: istioNamespace, labels: { ...labels, app: 'istiod', istio: 'pilot' } },
      spec: {
        ports: [
          { name: 'grpc-xds', port: 15010, protocol: 'TCP' },
          { name: 'https-dns', port: 15012, protocol: 'TCP' },
          { name: 'https-webhook', port: 443, targetPort: 15017, protocol: 'TCP' },
          { name: 'http-monitoring', port: 15014, protocol: 'TCP' },
        ],
        selector: { app: 'istiod', ...revision === 'default' ? { istio: 'pilot' } : { 'istio.io/rev': revision } },
      },
    });
  }
}

function injections(tag: string): Injection[] {
  const named: Injection[] = [
    { name: 'rev.namespace', namespace: [['istio.io/rev', 'In', tag], NO_INJECTION], pod: [NOT_REFUSED] },
    { name: 'rev.object', namespace: [NO_REVISION, NO_INJECTION], pod: [NOT_REFUSED, ['istio.io/rev', 'In', tag]] },
  ];
  return tag !== 'default' ? named : [
    ...named,
    { name: 'namespace', namespace: [['istio-injection', 'In', 'enabled']], pod: [NOT_REFUSED] },
    { name: 'object', namespace: [NO_INJECTION, NO_REVISION], pod: [['sidecar.istio.io/inject', 'In', 'true'], NO_REVISION] },
  ];
}

function webhook({ name, namespace, pod }: Injection, revision: string, istioNamespace: string): object {
  return {
    name: `${name}.sidecar-injector.istio.io`,
    clientConfig: { service: { name: revision === 'default' ? 'istiod' : `istiod-${revision}`, namespace: istioNamespace, path: '/inject', port: 443 } },
    sideEffects: 'None',
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    admissionReviewVersions: ['v1'],
    namespaceSelector: selector(namespace),
    objectSelector: selector(pod),
  };
}

function selector(requirements: Requirement[]): object {
  return { matchExpressions: requirements.map(([key, operator, ...values]) => ({ key, operator, values: values.length > 0 ? values : undefined })) };
}
