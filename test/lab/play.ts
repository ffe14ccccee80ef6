/**
 * Brings up the lab with examples/online-shop in it, sends some requests to it, and shows who answers. Ends with Ctrl-C.
 *
 * --load=N sends N requests a second; 20 if left out, and 0 sends none.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Testing } from 'cdk8s';
import Table from 'cli-table3';
import { Backend } from './backend';
import { buildPrograms } from './builds';
import { Certificate, selfSigned, tlsSecret } from './certificates';
import { KubeObject } from './kube';
import { Lab } from './lab';
import { Gateway } from './proxy';
import { Shop } from '../../examples/online-shop/shop';

const HOST = 'shop.example.com';

/** A backend for each Deployment, in the protocol that the Service before it names. */
async function startBackends(lab: Lab, objects: KubeObject[]): Promise<Backend[]> {
  const services = objects.filter(({ kind }) => kind === 'Service') as any[];
  const backends: Backend[] = [];
  for (const { metadata, spec: { template } } of objects.filter(({ kind }) => kind === 'Deployment') as any[]) {
    const { labels } = template.metadata;
    const { ports: [{ name }] } = services.find(({ spec }) => Object.entries(spec.selector).every(([key, value]) => labels[key] === value)).spec;
    const port = template.spec.containers[0].ports[0].containerPort;
    backends.push(await lab.backend({ namespace: metadata.namespace, labels, port, protocol: name, name: metadata.name }));
  }
  return backends;
}

function printWays(lab: Lab, gateway: Gateway, certificate: Certificate): void {
  const ca = join(lab.directory, 'shop.pem');
  writeFileSync(ca, certificate.cert);
  const { address, port } = gateway.target(443);
  const plain = `http://${address}:${gateway.target(80).port}`;
  const curl = (more: string) => `  curl --cacert ${ca} --resolve ${HOST}:${port}:${address} ${more}https://${HOST}:${port}/orders`;
  console.log([
    `The shop is at https://${HOST}:${port} (and ${plain}, which sends to HTTPS):`,
    curl(''),
    curl("-H 'x-canary: true' "),
    curl("-H 'x-user-type: premium' "),
    `  curl -i -H 'Host: ${HOST}' ${plain}/orders`,
    `Envoy: ${gateway.envoy.admin}   istiod: http://${lab.istiod.address}:8080/debug   logs: ${lab.directory}`,
    `  kubectl --kubeconfig ${lab.kubeconfig} --namespace shop get virtualservices -o yaml`,
    'Ctrl-C ends it.',
    '',
  ].join('\n'));
}

/** Who got what, since the beginning and in the last second. */
function showTraffic(backends: Backend[]): void {
  let before = backends.map(({ count }) => count);
  let lines = 0;
  setInterval(() => {
    const counts = backends.map(({ count }) => count);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const table = new Table({ head: ['destination', 'requests', 'share', 'per second'], colAligns: ['left', 'right', 'right', 'right'], style: { head: [], border: [] } });
    backends.forEach(({ name }, index) => table.push([
      name, counts[index], `${(100 * counts[index] / (total || 1)).toFixed(1)} %`, counts[index] - before[index],
    ]));
    const text = table.toString();
    process.stdout.write(`${process.stdout.isTTY && lines ? `\x1b[${lines}A` : ''}${text}\n`);
    [before, lines] = [counts, text.split('\n').length];
  }, 1_000);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { load: { type: 'string', default: '20' } } });
  buildPrograms();
  const lab = await Lab.start();
  process.once('SIGINT', () => void lab.stop().then(() => process.exit(0)));

  const certificate = selfSigned(HOST);
  await lab.apply([tlsSecret('istio-system', 'shop-tls', certificate)]);
  const objects = Testing.synth(new Shop(Testing.app(), 'shop', { namespace: 'shop' })) as KubeObject[];
  await lab.apply(objects, { createNamespaces: true });
  const backends = await startBackends(lab, objects);
  const gateway = await lab.gateway();

  printWays(lab, gateway, certificate);
  if (Number(values.load) > 0) {
    gateway.load({ host: HOST, path: '/orders', tls: { ca: certificate.cert }, perSecond: Number(values.load) });
  }
  showTraffic(backends);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
