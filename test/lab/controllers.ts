import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Addresses } from './addresses';
import { programPath } from './builds';
import { ApiServer } from './control-plane';
import { Process } from './processes';

/** Those of Kubernetes' controllers that make pods of Deployments, and delete what belongs to something deleted. */
const KUBERNETES = ['deployment-controller', 'replicaset-controller', 'garbage-collector-controller'];

/** Starts controllers of an API server's objects. */
export class Controllers {
  constructor(private readonly directory: string, private readonly addresses: Addresses, private readonly apiServer: ApiServer) {}

  /** Kubernetes' own, as far as Deployments need them. */
  async kubernetes(): Promise<Process> {
    const address = this.addresses.next();
    const process = Process.start(this.directory, 'controller-manager', programPath('controllerManager'), [
      `--kubeconfig=${this.apiServer.kubeconfig}`, `--controllers=${KUBERNETES.join(',')}`, '--leader-elect=false', `--bind-address=${address}`,
      `--cert-dir=${join(this.directory, 'controller-manager')}`,
    ]);
    await process.until('ready', 60, async () => readFileSync(process.log, 'utf8').includes('"Starting controller" name="replicaset"'));
    return process;
  }

  /** Argo Rollouts. */
  async argoRollouts(): Promise<Process> {
    const manifests = join(moduleOf('test/delivery/judge', 'github.com/argoproj/argo-rollouts'), 'manifests', 'crds');
    for (const kind of ['rollout', 'analysis-run', 'analysis-template', 'cluster-analysis-template', 'experiment']) {
      await this.apiServer.applyCrds(join(manifests, `${kind}-crd.yaml`));
    }
    const process = Process.start(this.directory, 'argo-rollouts', programPath('argoRollouts'), [
      `--kubeconfig=${this.apiServer.kubeconfig}`, '--leader-elect=false', `--metricsPort=${await freePort()}`, `--healthzPort=${await freePort()}`,
    ]);
    await process.until('ready', 60, async () => readFileSync(process.log, 'utf8').includes('Started controller'));
    return process;
  }

  /** Flagger, which asks this Prometheus. */
  async flagger(prometheus: string): Promise<Process> {
    await this.apiServer.applyCrds(join(moduleOf('test/lab/flagger', 'github.com/fluxcd/flagger'), 'artifacts', 'flagger', 'crd.yaml'));
    const port = await freePort();
    const process = Process.start(this.directory, 'flagger', programPath('flagger'), [
      `-kubeconfig=${this.apiServer.kubeconfig}`, `-metrics-server=${prometheus}`, `-port=${port}`, '-control-loop-interval=1s',
    ]);
    await process.until('ready', 60, async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
    return process;
  }
}

/** Where a module lies that a program is built from, with its manifests. */
function moduleOf(folder: string, module: string): string {
  const cwd = join(__dirname, '..', '..', folder);
  const version = execFileSync('go', ['list', '-m', '-f', '{{.Path}}@{{.Version}}', module], { cwd, encoding: 'utf8' }).trim();
  return JSON.parse(execFileSync('go', ['mod', 'download', '-json', version], { cwd, encoding: 'utf8' })).Dir;
}

/** A port that nothing has, for what listens at all addresses. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
