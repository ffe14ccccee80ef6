import { multiCluster } from './mesh';

const mesh = multiCluster();
mesh.synth();
console.log(['Once the charts are installed, let the clusters see each other:', ...mesh.remoteSecretCommands()].join('\n  '));
