import { KubeConfig } from '@kubernetes/client-node';
import type { Lab } from '../../test/lab/lab.js';
import { ClusterError } from '../src/index.js';

/** The configuration of a service account of the namespace `default`, with the rights of one rule, or with none. */
export async function as(lab: Lab, name: string, rule?: object): Promise<KubeConfig> {
  const metadata = { name, namespace: 'default' };
  const rbac = 'rbac.authorization.k8s.io';
  await lab.kube.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  if (rule) {
    await lab.kube.apply({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: [rule] });
    await lab.kube.apply({
      apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata, roleRef: { apiGroup: rbac, kind: 'Role', name }, subjects: [{ kind: 'ServiceAccount', ...metadata }],
    });
  }
  const { status: { token } } = await lab.kube.create(`/api/v1/namespaces/default/serviceaccounts/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec: {},
  });
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'lab', server: lab.apiServer.url, skipTLSVerify: true }, { name, token });
  return config;
}

/** Why a call failed: reason, status and sentence. */
export async function refusal(call: Promise<unknown>): Promise<{ reason: string; status?: number; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ClusterError) {
      const { reason, status, message } = error;
      return { reason, status, message };
    }
    throw error;
  }
  throw new Error('nothing failed, expected a ClusterError');
}
