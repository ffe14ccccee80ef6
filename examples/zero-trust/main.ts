import { App } from 'cdk8s';
import { zeroTrust } from './bank';

const app = new App();
zeroTrust(app);
app.synth();
