import { App } from 'cdk8s';
import { egress } from './egress';

const app = new App();
egress(app);
app.synth();
