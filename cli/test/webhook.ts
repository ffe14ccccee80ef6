import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '../../test/lab/certificates.js';
import type { KubeObject } from '../../test/lab/kube.js';
import type { Lab } from '../../test/lab/lab.js';
import { Verifier } from '../../verifier/npm/client.js';

/** A write that the API server asked about. */
export interface Write {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object: KubeObject;
  readonly dryRun: boolean;
}

/** An admission webhook of the lab's API server that refuses what Istio's own webhook refuses, by Istio's own code, and knows all writes. */
export class IstioWebhook {
  static async start(lab: Lab): Promise<IstioWebhook> {
    const { cert, key } = selfSigned('localhost');
    const webhook = new IstioWebhook(createServer({ cert, key }), lab);
    webhook.server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
        const review = JSON.parse(Buffer.concat(chunks).toString());
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...review, request: undefined, response: await webhook.judge(review.request) }));
      });
    });
    await new Promise<void>((resolve) => webhook.server.listen(0, '127.0.0.1', resolve));
    const { port } = webhook.server.address() as AddressInfo;
    await lab.kube.apply({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'istio' },
      webhooks: [{
        name: 'validation.istio.io',
        clientConfig: { url: `https://localhost:${port}/`, caBundle: Buffer.from(cert).toString('base64') },
        rules: [{ operations: ['CREATE', 'UPDATE', 'DELETE'], apiGroups: ['networking.istio.io'], apiVersions: ['*'], resources: ['*'] }],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 5,
      }],
    });
    // The API server takes a moment to know of it.
    const probe = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'probe', namespace: 'default' } };
    for (let tries = 0; webhook.writes.length === 0 && tries < 100; tries++) {
      await lab.kube.apply({ ...probe, metadata: { ...probe.metadata, labels: { tries: `${tries}` } }, spec: { hosts: ['probe.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], resolution: 'DNS' } });
    }
    await lab.kube.delete(probe);
    webhook.writes.length = 0;
    return webhook;
  }

  readonly writes: Write[] = [];
  private readonly verifier = new Verifier(process.env.CDK8S_ISTIO_VERIFIER!);

  private constructor(private readonly server: Server, private readonly lab: Lab) {}

  /** Ends it, though the API server still asks it. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.verifier.close();
  }

  /** Takes it away again. */
  async stop(): Promise<void> {
    await this.lab.kube.delete({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'istio' } });
    await this.close();
  }

  private async judge({ uid, operation, dryRun = false, object, oldObject }: any): Promise<object> {
    this.writes.push({ operation, dryRun, object: object ?? oldObject });
    const findings = operation === 'DELETE' ? [] : (await this.verifier.verify([object], { verdicts: ['webhook'] })).findings;
    const errors = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
    return { uid, allowed: errors.length === 0, ...errors.length > 0 && { status: { message: `configuration is invalid: ${errors.join('; ')}` } } };
  }
}
