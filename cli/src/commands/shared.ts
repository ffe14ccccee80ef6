import { Command } from 'commander';
import type { Cluster } from '../cluster.js';

/** What every command knows of the cluster. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly json?: boolean;
}

/** Adds what every command needs to find the cluster. */
export function withCluster(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'the kubeconfig file (default: as kubectl finds it)')
    .option('--context <name>', 'the context of the kubeconfig (default: the current one)')
    .option('--json', 'one JSON object a line, for programs');
}

/** The cluster that the flags name. Its client is loaded only here, so that help is there at once. */
export async function clusterOf({ kubeconfig, context }: ClusterFlags): Promise<Cluster> {
  const { Cluster } = await import('../cluster.js');
  return new Cluster({ kubeConfig: kubeconfig, context });
}

/** Takes the function of a signal until it is given back. */
export function onSignals(act: (signal: NodeJS.Signals) => void): () => void {
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  signals.forEach((signal) => process.on(signal, act));
  return () => signals.forEach((signal) => process.removeListener(signal, act));
}
