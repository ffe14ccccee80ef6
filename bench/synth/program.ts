import { App, Chart } from 'cdk8s';
import { Service, services } from './workload';

/** Adds the objects of one service to the chart. */
export type Define = (chart: Chart, service: Service) => void;

/** What a program prints, as one line of JSON, when its file is written. */
export interface Figures {
  /** Wall time from the first construct to the written file, in ms; loading modules is not in it. */
  readonly inProcess: number;
  /** User and system time of the same span, in ms. */
  readonly inProcessCpu: number;
  /** User and system time of the whole process, in ms. */
  readonly cpu: number;
  /** Peak resident memory of the process, in MB. */
  readonly memory: number;
}

/**
 * Builds and synthesizes W(n) in one chart: `program N KINDS`, with the folder in CDK8S_OUTDIR.
 *
 * @param traffic adds Gateway, VirtualService and DestinationRule
 * @param security adds AuthorizationPolicy and PeerAuthentication; left out where KINDS is 3
 * @param prepare sets up the app
 */
export function run(traffic: Define, security: Define, prepare: (app: App) => void = () => undefined): void {
  const [n, kinds] = process.argv.slice(2).map(Number);
  const workload = services(n);
  const cpuBefore = cpu();
  const start = performance.now();

  const app = new App();
  prepare(app);
  const chart = new Chart(app, 'mesh');
  for (const service of workload) {
    traffic(chart, service);
    if (kinds === 5) {
      security(chart, service);
    }
  }
  app.synth();

  const inProcess = performance.now() - start;
  const figures: Figures = { inProcess, inProcessCpu: cpu() - cpuBefore, cpu: cpu(), memory: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
