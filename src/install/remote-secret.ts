import { ApiObject, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { instance, noUnknown, object, show, text } from '../private/check';
import { dnsLabel } from '../private/names';
import { IstioResourceProps } from '../resource';

/**
 * How istiod proves to the API server of another cluster who it is, by a token.
 */
export interface RemoteTokenOptions {
  /**
   * The address of the API server, such as `https://203.0.113.9:6443`.
   */
  readonly server: string;

  /**
   * The certificate of the authority that the API server has its own from, in PEM form.
   */
  readonly caCertificate: string;

  /**
   * The token of a service account of that cluster: `istio-reader-service-account`, which the chart `base` makes.
   */
  readonly token: string;
}

/** What istiod refuses of a user, as it would read its own files or run programs for whoever may write secrets. */
const REFUSED: Record<string, string> = {
  'exec': 'token', 'tokenFile': 'token', 'client-key': 'client-key-data', 'client-certificate': 'client-certificate-data',
};

/**
 * A credential for the API server of another cluster. It ends up in the manifests as it is: take it from where your
 * secrets are when the app runs, and write the manifests to where secrets may be.
 *
 * @see https://istio.io/latest/docs/setup/install/multicluster/before-you-begin/
 */
export class RemoteCredential {
  /**
   * A token.
   *
   * @param options the API server and the token
   * @throws when a value is wrong
   */
  public static token(options: RemoteTokenOptions): RemoteCredential {
    const where = 'RemoteCredential.token';
    const { server, caCertificate, token, ...rest } = object(`the options of ${where}`, options);
    noUnknown(where, rest);
    if (!/^https:\/\/[^/]/.test(text(`server of ${where}`, server, 'give its address'))) {
      throw new Error(`server of ${where} is ${show(server)}, expected an address that begins with https://; a token belongs on no other line`);
    }
    // None of what is secret is in a message.
    if (!/-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----/.test(text(`caCertificate of ${where}`, caCertificate, 'give it in PEM form'))) {
      throw new Error(`caCertificate of ${where} is no certificate in PEM form, expected one; begin with -----BEGIN CERTIFICATE-----`);
    }
    if (typeof token !== 'string' || !/^\S+$/.test(token)) {
      throw new Error(`token of ${where} is none, expected one without blanks; decode what a secret has under "token"`);
    }
    return new RemoteCredential((cluster) => ({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: cluster, cluster: { server, 'certificate-authority-data': Buffer.from(caCertificate).toString('base64') } }],
      'users': [{ name: cluster, user: { token } }],
      'contexts': [{ name: cluster, context: { cluster, user: cluster } }],
      'current-context': cluster,
      'preferences': {},
    }));
  }

  /**
   * A kubeconfig.
   *
   * @param config the kubeconfig as an object; its current context is used
   * @throws when it has no current context, or a user that istiod refuses
   */
  public static kubeconfig(config: { [key: string]: any }): RemoteCredential {
    const where = 'RemoteCredential.kubeconfig';
    const { users = [], contexts = [], 'current-context': current } = object(`the config of ${where}`, config);
    if (!contexts.some(({ name }: { name: string }) => name === current)) {
      throw new Error(`current-context of ${where} is ${show(current)}, expected the name of one of its contexts; istiod uses that one`);
    }
    for (const { name, user } of users as { name: string; user: object }[]) {
      for (const [refused, instead] of Object.entries(REFUSED)) {
        if (refused in user) {
          throw new Error(`the user ${show(name)} of ${where} has ${refused}, expected none, as istiod refuses it; use ${instead}`);
        }
      }
    }
    return new RemoteCredential(() => config);
  }

  private constructor(private readonly config: (cluster: string) => object) {}

  /** @internal */
  public _toKubeconfig(cluster: string): string {
    return Yaml.stringify(this.config(cluster));
  }
}

/**
 * Properties of a `RemoteSecret`.
 */
export interface RemoteSecretProps extends IstioResourceProps {
  /**
   * The name of the other cluster, as its istiod has it.
   */
  readonly cluster: string;

  /**
   * How istiod proves who it is.
   */
  readonly credential: RemoteCredential;

  /**
   * The namespace of the control plane.
   *
   * @default "istio-system"
   */
  readonly istioNamespace?: string;
}

/**
 * What a control plane needs to see the services and pods of another cluster: the same Secret as `istioctl create-remote-secret` writes.
 *
 * It holds a credential in plain sight. `MultiClusterMesh.remoteSecretCommands` are the commands that bring it from one cluster into the
 * other without a file.
 *
 * @see https://istio.io/latest/docs/reference/commands/istioctl/#istioctl-create-remote-secret
 */
export class RemoteSecret extends ApiObject {
  /**
   * Creates the Secret.
   *
   * @param scope the construct it belongs to, in the manifests of the cluster of the control plane
   * @param id its name among the scope's children
   * @param props the other cluster and the credential
   * @throws when a value is wrong
   */
  public constructor(scope: Construct, id: string, props: RemoteSecretProps) {
    const { metadata, cluster, credential, istioNamespace = 'istio-system', ...rest } = object('the properties of the RemoteSecret', props);
    noUnknown('RemoteSecret', rest);
    dnsLabel('cluster of the RemoteSecret', cluster);
    dnsLabel('istioNamespace of the RemoteSecret', istioNamespace);
    const kubeconfig = instance('credential of the RemoteSecret', credential, RemoteCredential, 'RemoteCredential.token({ ... })')._toKubeconfig(cluster);
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: `istio-remote-secret-${cluster}`,
        namespace: istioNamespace,
        ...metadata,
        labels: { ...metadata?.labels, 'istio/multiCluster': 'true' },
        annotations: { ...metadata?.annotations, 'networking.istio.io/cluster': cluster },
      },
      stringData: { [cluster]: kubeconfig },
    });
  }
}
