import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that signed itself, with its key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for hosts, whose first is its common name, or for the URI of a workload. */
export function selfSigned(...hosts: string[]): Certificate {
  return make(hosts);
}

/** Makes a certificate for hosts that an authority signed, which is a certificate that signed itself. */
export function signedBy(authority: Certificate, ...hosts: string[]): Certificate {
  return make(hosts, authority);
}

function make(hosts: string[], authority?: Certificate): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'lab-certificate-'));
  const [cert, key, authorityCert, authorityKey] = ['cert', 'key', 'ca-cert', 'ca-key'].map((name) => join(directory, `${name}.pem`));
  try {
    if (authority) {
      writeFileSync(authorityCert, authority.cert);
      writeFileSync(authorityKey, authority.key, { mode: 0o600 });
    }
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-out', cert, '-keyout', key,
      '-subj', `/CN=${hosts[0].includes('://') ? 'workload' : hosts[0]}`, '-addext', `subjectAltName=${hosts.map((host) => `${host.includes('://') ? 'URI' : 'DNS'}:${host}`).join(',')}`,
      ...authority ? ['-CA', authorityCert, '-CAkey', authorityKey, '-addext', 'basicConstraints=CA:FALSE'] : [],
    ], { stdio: 'pipe' });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The secret that a gateway's `credentialName` names, with the authority that it verifies the other side by, if it does. */
export function tlsSecret(namespace: string, name: string, { cert, key }: Certificate, authority?: Certificate): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name, namespace },
    stringData: { 'tls.crt': cert, 'tls.key': key, ...authority && { 'ca.crt': authority.cert } },
  };
}
